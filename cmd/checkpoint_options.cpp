// SPDX-License-Identifier: Apache-2.0
#include "cmd/checkpoint_options.hpp"

#include <fmt/core.h>
#include <unistd.h>

#include <limits>

#include "base/error.hpp"
#include "base/log.hpp"
#include "base/named_table.hpp"
#include "base/text.hpp"
#include "cmd/create_options.hpp"

namespace corten::cmd {
namespace {

constexpr auto cgroup_modes = named_table<checkpoint::CgroupMode>({
    {"", checkpoint::CgroupMode::standard},
    {"soft", checkpoint::CgroupMode::soft},
    {"full", checkpoint::CgroupMode::full},
    {"strict", checkpoint::CgroupMode::strict},
    {"ignore", checkpoint::CgroupMode::ignore},
});

constexpr const char* default_images = "checkpoint";

}  // namespace

std::vector<Option> shared_checkpoint_options(CheckpointTexts& texts) {
  auto& options = texts.options;
  return {
      {"image-path", 0, &options.image_path, "directory of the images (default: ./checkpoint)"},
      {"work-path", 0, &options.work_path, "directory of CRIU's logs (default: the image directory)"},
      {"tcp-established", 0, &options.tcp_established, "allow established TCP connections"},
      {"ext-unix-sk", 0, &options.external_unix_sockets,
       "allow UNIX sockets connected to processes outside of the container"},
      {"shell-job", 0, &options.shell_job, "allow a session or terminal from outside of the container"},
      {"file-locks", 0, &options.file_locks, "allow file locks"},
      {"manage-cgroups-mode", 0, &texts.cgroup_mode, "cgroup mode: soft (default), full, strict or ignore"},
      {"empty-ns", 0, &texts.empty_namespaces, "do not save the contents of this namespace (network: never saved)"},
      {"auto-dedup", 0, &options.auto_dedup, "drop duplicate pages from the images"},
      {"lazy-pages", 0, &options.lazy_pages, "transfer memory on demand, by userfaultfd(2)"},
  };
}

checkpoint::PageServer parse_page_server(std::string_view text) {
  const auto colon = text.rfind(':');
  auto address = text.substr(0, colon);
  if (address.starts_with('[') && address.ends_with(']')) {
    address = address.substr(1, address.size() - 2);
  } else if (address.find(':') != std::string_view::npos) {
    address = {};
  }
  if (colon == std::string_view::npos || address.empty() || colon + 1 == text.size()) {
    throw Error{"Use --page-server ADDRESS:PORT to specify page server"};
  }
  const auto port = parse_number<std::uint16_t>(text.substr(colon + 1));
  if (!port) throw Error{"Invalid port number"};
  return {std::string{address}, *port};
}

checkpoint::Options parse_checkpoint(const CheckpointTexts& texts) {
  auto options = texts.options;
  const auto mode = cgroup_modes.find(texts.cgroup_mode);
  if (!mode) throw Error{"invalid manage-cgroups-mode value"};
  options.cgroup_mode = *mode;
  for (const auto& name : texts.empty_namespaces) {
    if (name != "network") throw Error{fmt::format("namespace {} is not supported", quote(name))};
  }
  if (!texts.page_server.empty()) options.page_server = parse_page_server(texts.page_server);
  if (texts.status_fd && *texts.status_fd != -1) {
    if (*texts.status_fd < 0 || *texts.status_fd > std::numeric_limits<int>::max()) {
      throw Error{fmt::format("invalid --status-fd argument {}", *texts.status_fd)};
    }
    options.status_fd = static_cast<int>(*texts.status_fd);
  }
  if (options.image_path.empty()) options.image_path = default_images;
  make_absolute(options.image_path);
  make_absolute(options.work_path);
  return options;
}

void warn_if_rootless(std::string_view program, std::string_view command) {
  if (::geteuid() == 0) return;
  log::warn(fmt::format("{} {} is untested with rootless containers", program, command));
}

}  // namespace corten::cmd
