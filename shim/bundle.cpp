// SPDX-License-Identifier: Apache-2.0
#include "shim/bundle.hpp"

#include <fcntl.h>

#include "base/text.hpp"
#include "spec/config.hpp"
#include "sys/file.hpp"

namespace corten::shim {
namespace {

constexpr const char* root_file = "state-root";
constexpr const char* pid_file = "init.pid";
constexpr const char* address_file = "address";

void write(const std::string& bundle, const char* name, const std::string& text) {
  const auto directory = sys::open_at(AT_FDCWD, bundle, O_PATH | O_DIRECTORY);
  sys::replace_file(directory.get(), name, text, 0600);
}

std::string read(const std::string& bundle, const char* name) {
  return sys::read_file_if_exists(AT_FDCWD, bundle + "/" + name).value_or("");
}

}  // namespace

void write_state_root(const std::string& bundle, const std::string& root) { write(bundle, root_file, root); }
std::string read_state_root(const std::string& bundle) { return read(bundle, root_file); }

void write_init_pid(const std::string& bundle, pid_t pid) { write(bundle, pid_file, std::to_string(pid)); }
pid_t read_init_pid(const std::string& bundle) { return parse_number<pid_t>(trim(read(bundle, pid_file))).value_or(0); }

void write_address(const std::string& bundle, const std::string& address) { write(bundle, address_file, address); }
std::string read_address(const std::string& bundle) { return std::string{trim(read(bundle, address_file))}; }

std::string group_of(const std::string& bundle, const std::string& id) {
  const auto config = spec::parse_config(sys::read_file(bundle + "/config.json"));
  for (const auto* label : {"io.containerd.runc.v2.group", "io.kubernetes.cri.sandbox-id"}) {
    for (const auto& [name, value] : config.annotations) {
      if (name == label) return value;
    }
  }
  return id;
}

}  // namespace corten::shim
