// SPDX-License-Identifier: Apache-2.0
// What is told of containers, features and configurations as C++ values. Usage: values BUNDLE STATE-DIRECTORY; the bundle's process
// runs until it is killed.
#include <signal.h>

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <stdexcept>
#include <string>

#include <corten/corten.hpp>

namespace {

using namespace corten;

void require(bool holds, const std::string& what) {
  if (!holds) throw std::runtime_error{"not so: " + what};
}

void check_state(const Container& container, const Process& process, const std::string& bundle) {
  const auto state = container.state();
  require(state.id == "values" && state.status == "running", "the state names the container");
  require(state.pid == process.pid() && state.bundle == bundle, "the state has pid and bundle");
  require(state.rootfs == bundle + "/rootfs" && state.created.ends_with("Z"), "the state has rootfs and time");
  require(state.oci_version == spec::oci_version, "the state has the version");
  require(container.state_text().find("\"id\": \"values\"") != std::string::npos, "the text says the same");
}

void check_list(const Runtime& runtime) {
  const auto all = runtime.list();
  require(all.size() == 1 && all.front().id == "values" && all.front().owner == "root", "the list has the container");
  require(runtime.list_text().find("\"values\"") != std::string::npos, "the list's text says the same");
}

void check_statistics(const Container& container) {
  const auto used = container.statistics();
  require(used.pids.current >= 1 && used.pids.limit == 77, "processes are counted");
  require(used.memory.memory.usage > 0 && !used.memory.raw.empty(), "memory is measured");
  require(used.cpu.usage.total > 0, "processor time is measured");
  require(used.rdma.has_value(), "RDMA devices are looked for");
  require(used.interfaces.has_value(), "network interfaces are looked for");
  const auto lo = std::ranges::find(*used.interfaces, "lo", &resources::InterfaceUsage::name);
  require(lo != used.interfaces->end(), "the container has a loopback");
  require(lo->sent_packets > 0 && lo->sent_packets == lo->received_packets, "what went through it is counted");
  require(container.statistics_text().find("\"network_interfaces\":null") != std::string::npos, "the text is runc's");
}

void check_features() {
  const auto known = features();
  require(known.platform.cgroup.v1 && known.platform.cgroup.v2, "features: both versions of cgroups");
  require(known.platform.seccomp && known.platform.seccomp->enabled, "features: system call filters");
  require(std::ranges::find(known.hooks, "poststop") != known.hooks.end(), "features: hooks");
  require(!known.annotations.empty() && known.oci_version_max == spec::oci_version, "features: the rest");
  require(features_text().find("\"ociVersionMin\"") != std::string::npos, "features: the text");
}

/// Each kind of member.
spec::Config rich_config() {
  auto config = default_config();
  config.annotations = {{"b", "quote \" \n"}, {"a", ""}};
  config.process->user.umask = 0;
  config.hooks.poststop = {{.path = "/bin/hook", .args = {"hook"}, .env = {"A=b"}, .timeout = 1}};
  auto& platform = *config.platform;
  platform.net_devices = {{"eth0", "ceth0"}, {"eth1", ""}};
  platform.time_offsets = {{"boottime", -5, 7}};
  platform.seccomp = spec::Seccomp{.default_action = "SCMP_ACT_ALLOW", .flags = std::vector<std::string>{}};
  auto& limits = platform.resources.emplace();
  limits.pids_limit = -1;
  limits.memory.emplace().limit = 1LL << 40;
  limits.hugepage_limits = {{"2MB", UINT64_MAX}};
  limits.rdma = {{"mlx5_1", 3, {}}};
  limits.unified = {{"memory.high", "1"}};
  return config;
}

void check_configurations(const std::string& bundle) {
  const auto text = spec::to_json(rich_config());
  require(spec::to_json(parse_config(text)) == text, "a configuration is read as it was written");
  const auto own = default_config(true);
  require(own.process && own.process->args == std::vector<std::string>{"sh"}, "the default runs a shell");
  require(spec::to_json(to_rootless(default_config())) == spec::to_json(own), "the default becomes the rootless one");
  require(to_rootless(rich_config(), 1, 2).platform->gid_mappings.front().host_id == 2, "ids are as they are given");
  check(default_config(), bundle);
  auto wrong = default_config();
  wrong.process->cwd = "relative";
  try {
    check(wrong, bundle);
    throw std::logic_error{"a relative cwd is accepted"};
  } catch (const Error& error) {
    require(error.code() == CORTEN_INVALID_CONFIG, error.what());
  }
  try {
    static_cast<void>(parse_config(R"({"mounts":[{"destination":7}]})"));
    throw std::logic_error{"a wrong type is accepted"};
  } catch (const Error& error) {
    require(std::string{error.what()}.find("mounts[0].destination") != std::string::npos, error.what());
  }
}

int run(const std::string& bundle, const std::string& root) {
  const Runtime runtime{{.root = root}};
  require(runtime.list().empty(), "there are no containers yet");
  check_features();
  check_configurations(bundle);
  require(std::filesystem::is_empty(root), "nothing was made");
  auto [container, process] = runtime.run("values", {.bundle = bundle});
  spec::Process asks;
  asks.args = {"/bin/wget", "-q", "http://127.0.0.1/"};
  asks.cwd = "/";
  require(container.exec(asks).wait() == 1, "nobody serves there");
  check_state(container, process, bundle);
  check_list(runtime);
  check_statistics(container);
  container.signal(SIGKILL);
  static_cast<void>(process.wait());
  const auto state = container.state();
  require(state.status == "stopped" && state.pid == 0, "a stopped container has no process");
  require(!container.statistics().interfaces, "and no interfaces");
  container.destroy();
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  try {
    return run(argv[1], argv[2]);
  } catch (const std::exception& error) {
    std::cout << error.what() << '\n';
    return 1;
  }
}
