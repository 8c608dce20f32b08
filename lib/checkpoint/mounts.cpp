// SPDX-License-Identifier: Apache-2.0
#include "checkpoint/mounts.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "base/error.hpp"
#include "base/text.hpp"

namespace corten::checkpoint {
namespace {

std::string key_of(std::size_t index) { return fmt::format("corten-{}", index); }

/// CRIU looks for the first "]:" of "mnt[A]:B"; and a control character could feign a line of its log.
void check_path(const std::string& path, std::string_view what) {
  const auto doubtful = [](char c) { return c == ']' || static_cast<unsigned char>(c) < ' ' || c == '\x7f'; };
  if (std::ranges::none_of(path, doubtful)) return;
  throw Error{fmt::format("{} {} has a bracket or a control character in its name, which cannot be told to CRIU safely",
                          what, quote(path))};
}

}  // namespace

std::vector<std::string> dump_externals(const std::vector<SavedMount>& mounts) {
  std::vector<std::string> externals;
  for (const auto& mount : mounts) {
    check_path(mount.mountpoint, "the mount point");
    externals.push_back(fmt::format("mnt[{}]:{}", mount.mountpoint, key_of(externals.size())));
  }
  return externals;
}

std::vector<std::string> restore_externals(const std::vector<SavedMount>& mounts,
                                           const std::vector<ExternalMount>& external, Keys keys) {
  std::vector<std::string> externals;
  for (const auto& mount : mounts) {
    // Where two have the same place, the later one is the one that is seen.
    const auto found =
        std::ranges::find(external.rbegin(), external.rend(), mount.destination, &ExternalMount::destination);
    if (found == external.rend()) {
      throw Error{fmt::format("the checkpoint has a mount on {}, which config.json has not", quote(mount.destination))};
    }
    check_path(found->source, "the source");
    const bool by_index = keys == Keys::indices;
    if (!by_index) check_path(mount.mountpoint, "the mount point");
    externals.push_back(
        fmt::format("mnt[{}]:{}", by_index ? key_of(externals.size()) : mount.mountpoint, found->source));
  }
  return externals;
}

std::string unescape(std::string_view text) {
  constexpr std::size_t digits = 3;
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto code = text[i] == '\\' ? parse_number<unsigned>(text.substr(i + 1, digits), 8) : std::nullopt;
    if (code && text.size() > i + digits) {
      out += static_cast<char>(*code);
      i += digits;
    } else {
      out += text[i];
    }
  }
  return out;
}

}  // namespace corten::checkpoint
