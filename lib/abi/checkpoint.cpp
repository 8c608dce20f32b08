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

checkpoint::CgroupMode cgroups_of(corten_criu_cgroups cgroups) {
  switch (cgroups) {
    case CORTEN_CRIU_CGROUPS_STANDARD: return checkpoint::CgroupMode::standard;
    case CORTEN_CRIU_CGROUPS_SOFT: return checkpoint::CgroupMode::soft;
    case CORTEN_CRIU_CGROUPS_FULL: return checkpoint::CgroupMode::full;
    case CORTEN_CRIU_CGROUPS_STRICT: return checkpoint::CgroupMode::strict;
    case CORTEN_CRIU_CGROUPS_IGNORE: return checkpoint::CgroupMode::ignore;
  }
  throw Error{"cgroups is none of corten_criu_cgroups", ErrorKind::invalid_argument};
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
  wanted.lazy_pages = given.lazy_pages != 0;
  wanted.cgroup_mode = cgroups_of(given.cgroups);
  if (given.page_server != nullptr) wanted.page_server = {given.page_server, given.page_server_port};
  if (given.status_fd != nullptr) wanted.status_fd = *given.status_fd;
  wanted.lsm_profile = abi::text_of(given.lsm_profile);
  wanted.lsm_mount_context = abi::text_of(given.lsm_mount_context);
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
  const auto make = [](const auto& settings, const auto& name, const auto& config, const auto& what, auto saved) {
    return container::Container::restore(settings, name, config, what, options_of(saved, "images"));
  };
  return abi::make_container(runtime, id, options, process, error, make, false, images);
}
