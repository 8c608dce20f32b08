// SPDX-License-Identifier: Apache-2.0
// Extended attributes of files: xattr(7).
#pragma once

#include <string>

namespace corten::sys {

/// The file that attributes are asked of.
struct AttributeFile {
  std::string path;    // or where it is empty
  int fd = -1;         // this descriptor, which must not be one of O_PATH
  bool follow = true;  // a symbolic link at the end of `path`
};

/// The value of one; throws "getxattr NAME of PATH: errno text", ENODATA where the file does not have it.
[[nodiscard]] std::string read_attribute(const AttributeFile& file, const std::string& name);

/// The names of all, each with a '\0' behind it; empty where the file system has none.
[[nodiscard]] std::string attribute_names(const AttributeFile& file);

/// Sets an attribute of `path`; throws "setxattr NAME of PATH: errno text".
void set_attribute(const std::string& path, const std::string& name, const std::string& value);

/// Sets an attribute of `path` and of all that is below it: no symbolic link is followed, also where somebody renames files
/// meanwhile; what is gone meanwhile is passed over. One descriptor is open for each level of directories.
void set_attribute_below(const std::string& path, const std::string& name, const std::string& value);

}  // namespace corten::sys
