// SPDX-License-Identifier: Apache-2.0
// Attributes of an rtnetlink answer: whatever lengths they claim, each lies within the message, and what a request has
// written is read back.
#include "network/netlink.hpp"

#include <linux/netlink.h>
#include <linux/rtnetlink.h>

#include "input.hpp"

namespace {

using namespace corten;
using namespace corten::fuzz;

void try_answer(std::string body) {
  const network::NetlinkMessage message{.type = RTM_NEWLINK, .body = std::move(body)};
  static_cast<void>(message.head<ifinfomsg>());
  for (const std::size_t head : {std::size_t{0}, sizeof(ifinfomsg)}) {
    for (const auto& [type, bytes] : network::attributes_of(message, head)) {
      require(bytes.data() >= message.body.data());
      require(bytes.data() + bytes.size() <= message.body.data() + message.body.size());
      static_cast<void>(network::number_of(bytes));
    }
  }
}

void try_request(Input& input) {
  network::NetlinkRequest request{RTM_NEWLINK, NLM_F_REQUEST};
  request.head(ifinfomsg{});
  std::vector<std::pair<std::uint16_t, std::string>> written;
  while (!input.empty() && written.size() < 8) {
    const auto type = static_cast<std::uint16_t>(input.number(64));
    written.emplace_back(type, input.text(64));
    request.attribute(type, written.back().second);
  }
  const network::NetlinkMessage message{.type = RTM_NEWLINK, .body = request.bytes().substr(NLMSG_HDRLEN)};
  const auto read = network::attributes_of(message, sizeof(ifinfomsg));
  require(read.size() == written.size());
  for (std::size_t i = 0; i < read.size(); ++i) {
    require(read[i].first == written[i].first && read[i].second == written[i].second);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Input input{data, size};
  if (input.number(2) == 0) {
    try_answer(input.rest());
  } else {
    try_request(input);
  }
  return 0;
}
