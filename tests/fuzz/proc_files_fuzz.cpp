// SPDX-License-Identifier: Apache-2.0
// Files of procfs and cgroupfs, of which a container chooses parts: names of programs and threads, of cgroups and keys. What
// is not of the form is left out, and a name does not become a field.
#include "base/id_list.hpp"
#include "cgroup/layout.hpp"
#include "cgroup/statistics_files.hpp"
#include "container/checkpoint/thread_files.hpp"
#include "input.hpp"
#include "sys/process_stat.hpp"
#include "systemd/units.hpp"

namespace {

using namespace corten;
using namespace corten::fuzz;

/// A program's name is at most 15 bytes of its choice.
void try_name(const std::string& text) {
  const auto name = text.substr(0, 15);
  const auto stat = sys::parse_process_stat("1234 (" + name +
                                            ") S 1 1234 1234 0 -1 4194560 9 0 0 0 0 0 0 0 20 0 1 0 4711 "
                                            "2383872 182 18446744073709551615 1 1 0 0 0 0 0\n");
  require(stat && stat->state == 'S' && stat->start_time == 4711);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = Input{data, size}.rest();
  try_name(text);
  static_cast<void>(sys::parse_process_stat(text));
  for (const auto& [controller, path] : cgroup::parse_proc_cgroup(text)) {
    require(text.find(controller) != std::string::npos && path.find('\n') == std::string::npos);
  }
  static_cast<void>(container::parse_status(text));
  require(text.find(container::other_policy(text, "default")) != std::string::npos);
  static_cast<void>(container::keys_in(text, "_ses.name"));
  static_cast<void>(cgroup::parse_pressure(text));
  let_it_refuse([&] { static_cast<void>(parse_id_list(text)); });
  static_cast<void>(systemd::parse_version(text));
  return 0;
}
