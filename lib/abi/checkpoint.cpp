// SPDX-License-Identifier: Apache-2.0
#include <string>

#include "abi/guard.hpp"
#include "abi/wanted.hpp"
#include "base/text.hpp"

using namespace corten;

namespace {

void check_directory(const std::string& path) {
  if (path.starts_with('/')) return;
  throw Error{"the directory " + quote(path) + " is no absolute path", ErrorKind::invalid_argument};
}

checkpoint::Options options_of(const corten_checkpoint_options* options, const char* name) {
  const auto given = abi::options_of(&abi::checked(options, name), "corten_checkpoint_options");
  checkpoint::Options wanted;
  wanted.image_path = abi::text_of(given.images);
  wanted.work_path = abi::text_of(given.work);
  wanted.parent_path = abi::text_of(given.parent);
  check_directory(wanted.image_path);
  if (!wanted.work_path.empty()) check_directory(wanted.work_path);
  wanted.leave_running = given.leave_running != 0;
  wanted.pre_dump = given.pre_dump != 0;
  wanted.auto_dedup = given.auto_dedup != 0;
  wanted.tcp_established = given.tcp_established != 0;
  wanted.external_unix_sockets = given.external_unix_sockets != 0;
  wanted.file_locks = given.file_locks != 0;
  wanted.shell_job = given.shell_job != 0;
  wanted.tcp_skip_in_flight = given.tcp_skip_in_flight != 0;
  wanted.link_remap = given.link_remap != 0;
  wanted.tcp_close = given.tcp_close != 0;
  return wanted;
}

}  // namespace

corten_code corten_container_checkpoint(corten_container* container, const corten_checkpoint_options* options,
                                        corten_error** error) {
  return abi::attempted(
      error, [&] { abi::checked(container, "container").container->checkpoint(options_of(options, "options")); });
}

corten_container* corten_container_restore(const corten_runtime* runtime, const char* id,
                                           const corten_create_options* options,
                                           const corten_checkpoint_options* images, corten_process** process,
                                           corten_error** error) {
  return abi::make_container(runtime, id, options, process, error, [&](const auto&... what) {
    return container::Container::restore(what..., options_of(images, "images"));
  });
}
