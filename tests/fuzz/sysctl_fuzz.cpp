// SPDX-License-Identifier: Apache-2.0
// Names of kernel parameters from hostile bytes: what is let through is a file below those directories of /proc/sys that
// belong to a namespace, and the value is what it was.
#include "config/sysctl.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "input.hpp"

namespace {

using namespace corten;
using namespace corten::fuzz;

/// The components of the file, as sysctl(8) reads the name: the first separator is the one between them.
std::vector<std::string> components_of(std::string name) {
  const auto first = name.find_first_of("./");
  const char separator = first == std::string::npos ? '.' : name[first];
  std::vector<std::string> parts(1);
  for (const char c : name) {
    if (c == separator) {
      parts.emplace_back();
    } else {
      parts.back() += c == '.' || c == '/' ? (separator == '/' ? c : '.') : c;
    }
  }
  return parts;
}

void check(const std::string& name) {
  const auto parts = components_of(name);
  require(parts.size() >= 2);
  for (const auto& part : parts) require(!part.empty() && part != "." && part != ".." && part.find('\0') == part.npos);
  static constexpr std::string_view ours[] = {"net", "fs", "kernel", "user"};
  require(std::find(std::begin(ours), std::end(ours), parts[0]) != std::end(ours));
  if (parts[0] == "fs") require(parts[1] == "mqueue");
  if (parts[0] == "kernel") {
    require(parts.size() == 2 && (parts[1].starts_with("msg") || parts[1].starts_with("shm") || parts[1] == "sem" ||
                                  parts[1] == "domainname"));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Input input{data, size};
  const bool host_network = input.number(2) == 1;
  const auto namespaces = input.number(16);
  spec::Config config;
  auto& platform = config.platform.emplace();
  static constexpr std::string_view kinds[] = {"ipc", "network", "uts", "user"};
  for (unsigned i = 0; i < 4; ++i) {
    if ((namespaces >> i & 1U) != 0) platform.namespaces.push_back({std::string{kinds[i]}, {}});
  }
  const auto name = input.text(64);
  platform.sysctl.emplace_back(name, input.rest());
  let_it_refuse([&] {
    require(config::plan_sysctl(config, host_network) == platform.sysctl);
    check(name);
    require(!host_network || !name.starts_with("net"));
  });
  return 0;
}
