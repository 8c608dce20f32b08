// SPDX-License-Identifier: Apache-2.0
#include "sys/procfs.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <catch2/catch.hpp>
#include <cerrno>

#include "base/error.hpp"

namespace corten::sys {
namespace {

std::string read_some(const UniqueFd& fd) {
  std::array<char, 256> text{};
  const auto size = ::read(fd.get(), text.data(), text.size());
  return {text.data(), size > 0 ? static_cast<std::size_t>(size) : 0};
}

}  // namespace

TEST_CASE("files of procfs are written and read below a checked root", "[sys]") {
  const auto procfs = Procfs::open();
  const std::string before = read_some(procfs.open_file("self/comm", O_RDONLY));
  procfs.write_file("self/comm", "corten-name");
  CHECK(read_some(procfs.open_file("self/comm", O_RDONLY)) == "corten-name\n");
  procfs.write_file("self/comm", before.substr(0, before.size() - 1));
  CHECK(read_some(procfs.open_file("thread-self/comm", O_RDONLY)) == before);
}

TEST_CASE("no magic link, no way up and no other mount is taken in procfs", "[sys]") {
  const auto procfs = Procfs::open();
  const auto error = [&](const std::string& path) {
    try {
      static_cast<void>(procfs.open_file(path, O_RDONLY));
    } catch (const Error& thrown) {
      return thrown.code();
    }
    return 0;
  };
  CHECK(error("self/status") == 0);
  CHECK(error("self/exe") == ELOOP);
  CHECK(error("self/root/etc/passwd") != 0);  // ELOOP, or ENOTDIR where there is no openat2
  CHECK(error("self/../self/status") == EINVAL);
  CHECK(error("missing") == ENOENT);
  CHECK_THROWS_WITH(procfs.write_file("self/missing", "x"), "open /proc/self/missing: no such file or directory");
}

}  // namespace corten::sys
