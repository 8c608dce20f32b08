// SPDX-License-Identifier: Apache-2.0
#include <cstddef>

#include "abi/guard.hpp"
#include "sys/xattr.hpp"

using namespace corten;

namespace {

sys::AttributeFile by_path(const char* path, int follow) { return {abi::checked_text(path, "path"), -1, follow != 0}; }

sys::AttributeFile by_descriptor(int file) { return {{}, file, false}; }

char* value_of(const sys::AttributeFile& file, const char* name, std::size_t* size) {
  return abi::new_bytes(sys::read_attribute(file, abi::checked_text(name, "name")), size);
}

}  // namespace

char* corten_xattr_read(const char* path, const char* name, int follow, std::size_t* size, corten_error** error) {
  return abi::guarded<char*>(error, nullptr, [&] { return value_of(by_path(path, follow), name, size); });
}

char* corten_xattr_read_at(int file, const char* name, std::size_t* size, corten_error** error) {
  return abi::guarded<char*>(error, nullptr, [&] { return value_of(by_descriptor(file), name, size); });
}

char* corten_xattr_list(const char* path, int follow, std::size_t* size, corten_error** error) {
  return abi::guarded<char*>(error, nullptr,
                             [&] { return abi::new_bytes(sys::attribute_names(by_path(path, follow)), size); });
}

char* corten_xattr_list_at(int file, std::size_t* size, corten_error** error) {
  return abi::guarded<char*>(error, nullptr,
                             [&] { return abi::new_bytes(sys::attribute_names(by_descriptor(file)), size); });
}
