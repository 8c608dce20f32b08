// SPDX-License-Identifier: Apache-2.0
// What comes over a shim's socket and from its command line's input, from hostile bytes: frames whole or in pieces, requests, the
// messages of tasks, options, stream URIs, statistics. Failure and Error are the only ways out.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "shim/bootstrap/input.hpp"
#include "shim/failure.hpp"
#include "shim/message.hpp"
#include "shim/metrics/metrics.hpp"
#include "shim/metrics/statistics.hpp"
#include "shim/rootfs/mounts.hpp"
#include "shim/streams/uri.hpp"
#include "shim/toml.hpp"
#include "shim/ttrpc/frame.hpp"
#include "shim/ttrpc/server.hpp"
#include "task.pb-c.h"

namespace {

using namespace corten;
using namespace corten::shim;

void require(bool holds) {
  if (!holds) std::abort();
}

template <class Body>
void try_to(Body&& body) {
  try {
    body();
  } catch (const Error& error) {
    require(!error.message().empty());
  } catch (const Failure& failure) {
    require(!failure.message().empty());
  }
}

/// How often a reader is called, and with how many bytes, for pieces of a size.
std::vector<std::size_t> frames_of(std::string_view bytes, std::size_t piece) {
  ttrpc::FrameReader reader;
  std::vector<std::size_t> sizes;
  std::uint32_t last = 0;
  for (; !bytes.empty(); bytes.remove_prefix(std::min(piece, bytes.size()))) {
    reader.add(bytes.substr(0, piece), [&](const ttrpc::Header& header, std::string_view data, bool too_long) {
      require(too_long || data.size() == header.length);
      sizes.push_back(data.size());
      const auto checked = ttrpc::check_frame(header, data, too_long, last);
      require(!checked.failure || !checked.request);
    });
  }
  return sizes;
}

void read_messages(std::string_view bytes) {
  for (const auto* descriptor :
       {&task__create_request__descriptor, &task__exec_request__descriptor, &task__checkpoint_request__descriptor,
        &task__update_request__descriptor, &task__kill_request__descriptor, &task__target__descriptor}) {
    const auto message = try_unpack<Task__Target>(*descriptor, bytes);  // freed by its own descriptor
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string bytes{reinterpret_cast<const char*>(data), size};
  require(frames_of(bytes, bytes.size()) == frames_of(bytes, 7));
  static_cast<void>(ttrpc::read_request(bytes));
  static_cast<void>(ttrpc::failure_in(bytes));
  read_messages(bytes);
  try_to([&] { static_cast<void>(read_start_input(bytes, "id", "namespace")); });
  try_to([&] { static_cast<void>(parse_uri(bytes)); });
  try_to([&] { static_cast<void>(read_toml(bytes)); });
  try_to([&] { static_cast<void>(plan_mount({"overlay", "overlay", "", {bytes}})); });
  try_to([&] { static_cast<void>(compact_layers(bytes)); });
  try_to([&] {
    const auto statistics = read_statistics(bytes);
    require(!legacy_metrics(statistics).message.empty() && !unified_metrics(statistics).message.empty());
  });
  return 0;
}
