// SPDX-License-Identifier: Apache-2.0
#include <signal.h>
#include <unistd.h>

#include <cerrno>

#include "base/error.hpp"
#include "base/log.hpp"
#include "shim/bootstrap/actions.hpp"
#include "shim/bundle.hpp"
#include "shim/library.hpp"
#include "shim/options.hpp"
#include "shim/rootfs/mounts.hpp"
#include "shim/task/answers.hpp"
#include "shim/ttrpc/socket.hpp"
#include "sys/file.hpp"

namespace corten::shim {
namespace {

constexpr unsigned killed = 128 + SIGKILL;

void destroy(const std::string& bundle, const CommandLine& line) {
  auto root = read_state_root(bundle);
  if (root.empty()) root = state_root({}, line.name_space);
  const auto runtime = library::open_runtime(root, false);
  try {
    const library::Container container{library::call(&corten_container_load, runtime.get(), line.id.c_str())};
    library::call(&corten_container_destroy, container.get(), 1);
  } catch (const Failure& failure) {
    if (failure.code() != Code::not_found) log::warn(failure.message());
  }
}

/// Others of the group may have a shim that answers there.
void remove_dead_socket(const std::string& bundle) {
  const auto path = ttrpc::socket_path(read_address(bundle));
  if (path.empty()) return;
  try {
    static_cast<void>(ttrpc::connect_to(path));
  } catch (const Error& error) {
    if (error.code() == ECONNREFUSED) ::unlink(path.c_str());
  }
}

}  // namespace

std::string clear(const CommandLine& line) {
  const auto bundle = line.bundle.empty() ? sys::real_path(".") : line.bundle;
  destroy(bundle, line);
  unmount_all(bundle + "/rootfs");
  remove_dead_socket(bundle);
  return delete_response({read_init_pid(bundle), killed, std::chrono::system_clock::now()});
}

}  // namespace corten::shim
