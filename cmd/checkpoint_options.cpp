// SPDX-License-Identifier: Apache-2.0
#include "cmd/checkpoint_options.hpp"

#include <fmt/core.h>
#include <unistd.h>

#include <limits>

#include <corten/text.hpp>

#include "cmd/create_options.hpp"
#include "cmd/error.hpp"
#include "cmd/log.hpp"
#include "cmd/text.hpp"

namespace corten::cmd {
namespace {

constexpr auto cgroup_modes = std::to_array<Word<corten_criu_cgroups>>({
    {"", CORTEN_CRIU_CGROUPS_STANDARD},
    {"soft", CORTEN_CRIU_CGROUPS_SOFT},
    {"full", CORTEN_CRIU_CGROUPS_FULL},
    {"strict", CORTEN_CRIU_CGROUPS_STRICT},
    {"ignore", CORTEN_CRIU_CGROUPS_IGNORE},
});

constexpr const char* default_images = "checkpoint";

}  // namespace

std::vector<Option> shared_checkpoint_options(CheckpointTexts& texts) {
  auto& images = texts.images;
  return {
      {"image-path", 0, &images.directory, "directory of the images (default: ./checkpoint)"},
      {"work-path", 0, &images.work, "directory of CRIU's logs (default: the image directory)"},
      {"tcp-established", 0, &images.tcp_established, "allow established TCP connections"},
      {"ext-unix-sk", 0, &images.external_unix_sockets,
       "allow UNIX sockets connected to processes outside of the container"},
      {"shell-job", 0, &images.shell_job, "allow a session or terminal from outside of the container"},
      {"file-locks", 0, &images.file_locks, "allow file locks"},
      {"manage-cgroups-mode", 0, &texts.cgroup_mode, "cgroup mode: soft (default), full, strict or ignore"},
      {"empty-ns", 0, &texts.empty_namespaces, "do not save the contents of this namespace (network: never saved)"},
      {"auto-dedup", 0, &images.auto_dedup, "drop duplicate pages from the images"},
      {"lazy-pages", 0, &images.lazy_pages, "transfer memory on demand, by userfaultfd(2)"},
  };
}

PageServer parse_page_server(std::string_view text) {
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
  return {.address = std::string{address}, .port = *port};
}

Images parse_checkpoint(const CheckpointTexts& texts) {
  auto images = texts.images;
  const auto mode = find_word(cgroup_modes, texts.cgroup_mode);
  if (!mode) throw Error{"invalid manage-cgroups-mode value"};
  images.cgroups = *mode;
  for (const auto& name : texts.empty_namespaces) {
    if (name != "network") throw Error{fmt::format("namespace {} is not supported", quote(name))};
  }
  if (!texts.page_server.empty()) images.page_server = parse_page_server(texts.page_server);
  if (texts.status_fd && *texts.status_fd != -1) {
    if (*texts.status_fd < 0 || *texts.status_fd > std::numeric_limits<int>::max()) {
      throw Error{fmt::format("invalid --status-fd argument {}", *texts.status_fd)};
    }
    images.status_fd = static_cast<int>(*texts.status_fd);
  }
  if (images.directory.empty()) images.directory = default_images;
  make_absolute(images.directory);
  make_absolute(images.work);
  return images;
}

void warn_if_rootless(std::string_view program, std::string_view command) {
  if (::geteuid() == 0) return;
  log::warn(fmt::format("{} {} is untested with rootless containers", program, command));
}

}  // namespace corten::cmd
