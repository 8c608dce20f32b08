// SPDX-License-Identifier: Apache-2.0
#include "config/sysctl.hpp"

#include <algorithm>
#include <string_view>

#include "base/error.hpp"
#include "base/text.hpp"

namespace corten::config {
namespace {

constexpr std::string_view ipc_parameters[] = {
    "kernel.msgmax", "kernel.msgmnb", "kernel.msgmni", "kernel.sem",
    "kernel.shmall", "kernel.shmmax", "kernel.shmmni", "kernel.shm_rmid_forced",
};

/// sysctl(8): the first separator tells which one is in use; "net/ipv4/conf/eno2.100/x" is "net.ipv4.conf.eno2/100.x".
std::string dotted(std::string name) {
  const auto first = name.find_first_of("./");
  if (first == std::string::npos || name[first] == '.') return name;
  std::ranges::transform(name, name.begin(), [](char c) { return c == '.' ? '/' : c == '/' ? '.' : c; });
  return name;
}

/// "net/../kernel/core_pattern" begins like a parameter of a network namespace.
bool is_plain(const std::string& name) {
  return std::ranges::none_of(split(dotted(name), '.'), [](std::string_view part) {
    return part.empty() || part.find_first_not_of('/') == std::string_view::npos ||
           part.find('\0') != std::string_view::npos;
  });
}

bool has(const spec::Linux& platform, std::string_view type) {
  return std::ranges::any_of(platform.namespaces, [&](const auto& space) { return space.type == type; });
}

void check_parameter(const std::string& name, const spec::Linux& platform, bool host_network) {
  const std::string quoted = quote(name);
  if (std::ranges::find(ipc_parameters, name) != std::end(ipc_parameters) || name.starts_with("fs.mqueue.")) {
    if (!has(platform, "ipc")) throw Error{"sysctl " + quoted + " is not allowed in the hosts ipc namespace"};
    return;
  }
  if (name.starts_with("net.")) {
    if (host_network || !has(platform, "network")) {
      throw Error{"sysctl " + quoted + " not allowed in host network namespace"};
    }
    return;
  }
  if (has(platform, "uts") && name == "kernel.domainname") return;
  if (has(platform, "uts") && name == "kernel.hostname") {
    throw Error{"sysctl " + quoted + " is not allowed as it conflicts with the OCI \"hostname\" field"};
  }
  if (name.starts_with("user.")) {
    // Without a user namespace these are limits of the whole host.
    if (!has(platform, "user")) throw Error{"setting ucounts without a user namespace not allowed: " + name};
    return;
  }
  throw Error{"sysctl " + quoted + " is not in a separate kernel namespace"};
}

}  // namespace

std::vector<std::pair<std::string, std::string>> plan_sysctl(const spec::Config& config, bool host_network) {
  if (!config.platform) return {};
  for (const auto& [name, value] : config.platform->sysctl) {
    if (!is_plain(name)) throw Error{"sysctl " + quote(name) + " is not a name"};
    check_parameter(dotted(name), *config.platform, host_network);
  }
  return config.platform->sysctl;
}

}  // namespace corten::config
