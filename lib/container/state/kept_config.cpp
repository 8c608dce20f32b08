// SPDX-License-Identifier: Apache-2.0
#include "container/state/kept_config.hpp"

#include <fcntl.h>
#include <fmt/core.h>

#include <cerrno>
#include <utility>

#include "base/error.hpp"
#include "sys/file.hpp"
#include "sys/syscall.hpp"

namespace corten::container {
namespace {

constexpr const char* file_name = "config.json";

// What is larger cannot be read later.
constexpr std::size_t largest = 64U << 20U;

/// False where `directory` has been removed: by a `delete` that came before the lock, and took it for what a killed creator
/// left.
bool keep(const StateDir& directory, std::string_view document) {
  const int file =
      sys::attempt([&] { return ::openat(directory.fd(), file_name, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600); });
  if (file == -ENOENT) return false;
  const auto path = directory.path() + "/" + file_name;
  if (file < 0) throw_errno(fmt::format("open {}", path), -file);
  const UniqueFd closed_again{file};
  sys::write_all(file, document, path);
  return true;
}

}  // namespace

StateDir claim_and_keep(const Settings& settings, const std::string& id, std::string_view document) {
  if (document.size() > largest) throw Error{fmt::format("config.json is larger than {} bytes", largest)};
  for (;;) {
    auto directory = StateDir::create(settings.root, id, settings.runtime_dir);
    try {
      if (keep(directory, document)) return directory;
    } catch (...) {
      directory.remove();
      throw;
    }
  }
}

std::optional<spec::Config> kept_config(const StateDir& directory) {
  constexpr int flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY;
  const auto file = sys::try_open_at(directory.fd(), file_name, flags);
  if (!file) return std::nullopt;
  const auto text = sys::read_regular(file->get(), directory.path() + "/" + file_name);
  if (text.empty()) return std::nullopt;
  return spec::parse_config(text);
}

}  // namespace corten::container
