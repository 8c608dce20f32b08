// SPDX-License-Identifier: Apache-2.0
// Attributes of DIRECTORY/file, and of DIRECTORY/link, which leads to it. Usage: xattr DIRECTORY. Needs root.
#include <fcntl.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <string>
#include <vector>

#include <corten/xattr.hpp>

#include "expect.hpp"

namespace {

namespace xattr = corten::xattr;
using xattr::Links;

constexpr const char* name = "trusted.corten";

bool has(const std::vector<std::string>& names) { return std::find(names.begin(), names.end(), name) != names.end(); }

void wrong_arguments(const std::string& file) {
  using corten::detail::call;
  std::size_t size = 0;
  EXPECT(EXPECT_ERROR(CORTEN_SYSTEM, "getxattr trusted.none of", xattr::read(file, "trusted.none")) == ENODATA);
  EXPECT(EXPECT_ERROR(CORTEN_SYSTEM, "no such file", xattr::read(file + "none", name)) == ENOENT);
  EXPECT(EXPECT_ERROR(CORTEN_SYSTEM, "no such file", xattr::list(file + "none")) == ENOENT);
  EXPECT(EXPECT_ERROR(CORTEN_SYSTEM, "descriptor -1", xattr::read(-1, name)) == EBADF);
  EXPECT(EXPECT_ERROR(CORTEN_SYSTEM, "descriptor -1", xattr::list(-1)) == EBADF);
  EXPECT_ERROR(CORTEN_INVALID_ARGUMENT, "path is empty", xattr::list(""));
  EXPECT_ERROR(CORTEN_INVALID_ARGUMENT, "name is empty", xattr::read(file, ""));
  EXPECT_ERROR(CORTEN_INVALID_ARGUMENT, "name is NULL",
               call(&corten_xattr_read_at, 0, static_cast<const char*>(nullptr), &size));
  EXPECT_ERROR(CORTEN_INVALID_ARGUMENT, "path is NULL",
               call(&corten_xattr_list, static_cast<const char*>(nullptr), 0, &size));
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  const auto file = std::string{argv[1]} + "/file", link = std::string{argv[1]} + "/link";
  const std::string value{"a\0b\xff", 4};
  if (::setxattr(file.c_str(), name, value.data(), value.size(), 0) != 0) return 3;
  const int fd = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
  try {
    EXPECT(xattr::read(file, name) == value && xattr::read(link, name) == value && xattr::read(fd, name) == value);
    EXPECT(has(xattr::list(file)) && has(xattr::list(link)) && has(xattr::list(fd)));
    EXPECT(EXPECT_ERROR(CORTEN_SYSTEM, name, xattr::read(link, name, Links::stay)) == ENODATA);
    EXPECT(!has(xattr::list(link, Links::stay)));
    if (::lsetxattr(link.c_str(), name, "link", 4, 0) != 0) return 4;
    EXPECT(xattr::read(link, name, Links::stay) == "link" && xattr::read(link, name) == value);
    wrong_arguments(file);
  } catch (const corten::Error& error) {
    failed("xattr", error.what());
  }
  ::close(fd);
  return failures == 0 ? 0 : 1;
}
