// SPDX-License-Identifier: Apache-2.0
// Extended attributes of files: xattr(7).
#pragma once

#include <corten.h>

#include <cstddef>
#include <string>
#include <vector>

#include <corten/corten.hpp>

namespace corten {
inline namespace v0 {
namespace xattr {

/// Whether a symbolic link at the end of a path is followed.
enum class Links { follow, stay };

/// The value, which may hold any bytes. CORTEN_SYSTEM with ENODATA: the file does not have it.
[[nodiscard]] inline std::string read(const std::string& path, const std::string& name, Links links = Links::follow) {
  std::size_t size = 0;
  const int follow = links == Links::follow ? 1 : 0;
  char* const value = detail::call(&corten_xattr_read, path.c_str(), name.c_str(), follow, &size);
  return detail::take_bytes(value, size);
}

/// Of an open file; not one of O_PATH.
[[nodiscard]] inline std::string read(int file, const std::string& name) {
  std::size_t size = 0;
  char* const value = detail::call(&corten_xattr_read_at, file, name.c_str(), &size);
  return detail::take_bytes(value, size);
}

/// The names of all; none where the file system has no attributes.
[[nodiscard]] inline std::vector<std::string> list(const std::string& path, Links links = Links::follow) {
  std::size_t size = 0;
  const int follow = links == Links::follow ? 1 : 0;
  char* const names = detail::call(&corten_xattr_list, path.c_str(), follow, &size);
  return detail::pieces(detail::take_bytes(names, size), '\0');
}

[[nodiscard]] inline std::vector<std::string> list(int file) {
  std::size_t size = 0;
  char* const names = detail::call(&corten_xattr_list_at, file, &size);
  return detail::pieces(detail::take_bytes(names, size), '\0');
}

}  // namespace xattr
}  // namespace v0
}  // namespace corten
