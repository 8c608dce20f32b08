// SPDX-License-Identifier: Apache-2.0
// Random trees with symlinks, looked at by openat2 and by the walk that stands in for it: both must find the same file, or
// fail, and neither leaves the root.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "input.hpp"
#include "sys/open_in_root.hpp"
#include "tests/unit/rootfs/temp_tree.hpp"

namespace {

using namespace corten;
using namespace corten::fuzz;

constexpr unsigned most_entries = 12;

/// Few names, so that paths meet: components, "..", ".", slashes.
std::string path_of(Input& input) {
  static constexpr std::string_view parts[] = {"a", "b", "c", "..", ".", "", "out", "secret"};
  std::string path;
  const auto count = input.number(7);
  for (unsigned i = 0; i < count; ++i) {
    if (i != 0 || input.number(2) != 0) path += '/';
    path += parts[input.number(8)];
  }
  return path;
}

/// Below `root`, without following a symlink out of it: every directory is opened inside it.
void make_entry(int root, Input& input) {
  const auto kind = input.number(3);
  const std::string name{static_cast<char>('a' + input.number(3))};
  const auto where = sys::try_open_in_root(root, path_of(input), O_PATH | O_DIRECTORY);
  const int parent = where.ok() ? where.fd.get() : root;
  if (kind == 0) {
    static_cast<void>(::mkdirat(parent, name.c_str(), 0755));
  } else if (kind == 1) {
    const UniqueFd file{::openat(parent, name.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC | O_NOFOLLOW, 0644)};
  } else if (const auto target = path_of(input); !target.empty()) {
    static_cast<void>(::symlinkat(target.c_str(), parent, name.c_str()));
  }
}

struct stat status_of(const sys::Opened& opened) {
  struct stat status {};
  require(::fstat(opened.fd.get(), &status) == 0);
  return status;
}

bool is_same(const struct stat& one, const struct stat& other) {
  return one.st_dev == other.st_dev && one.st_ino == other.st_ino;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  test::TempTree tree;
  tree.directory("root").file("out/secret");
  const auto root = tree.open("root");
  struct stat outside {};
  require(root.valid() && ::stat(tree.path("out/secret").c_str(), &outside) == 0);

  Input input{data, size};
  const auto entries = input.number(most_entries);
  for (unsigned i = 0; i < entries; ++i) make_entry(root.get(), input);
  while (!input.empty()) {
    const auto symlinks = input.number(2) == 0 ? sys::Symlinks::follow : sys::Symlinks::refuse;
    const int flags = O_PATH | (input.number(2) == 0 ? 0 : O_DIRECTORY);
    const auto path = path_of(input);
    const auto kernel = sys::try_open_in_root(root.get(), path, flags, symlinks);
    const auto walk = sys::walk_in_root(root.get(), path, flags, symlinks);
    require(kernel.ok() == walk.ok());
    if (!kernel.ok()) {
      require(kernel.error == walk.error);
      continue;
    }
    require(is_same(status_of(kernel), status_of(walk)));
    require(!is_same(status_of(walk), outside));
  }
  return 0;
}
