// SPDX-License-Identifier: Apache-2.0
#include "rootfs/copy_symlink.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <climits>

#include "base/error.hpp"
#include "base/text.hpp"
#include "rootfs/builder.hpp"
#include "rootfs/target.hpp"
#include "sys/file.hpp"
#include "sys/open_in_root.hpp"
#include "sys/syscall.hpp"

namespace corten::rootfs {
namespace {

/// What the link `name` in `directory` says, or `directory` itself where that is one; empty where it is no link.
std::string read_link(int directory, const char* name) {
  std::array<char, PATH_MAX> text{};
  const auto size = sys::attempt([&] { return ::readlinkat(directory, name, text.data(), text.size()); });
  return size < 0 ? "" : std::string{text.data(), static_cast<std::size_t>(size)};
}

}  // namespace

bool copy_symlink(const Builder& builder, std::size_t index) {
  const MountStep& step = builder.plan.mounts[index];
  auto target = read_link(AT_FDCWD, step.source.c_str());
  // As with other sources, root of a user namespace may have no way to it.
  const bool may_ask = builder.plan.user_namespace && builder.plan.privileged_parent && builder.request && !step.id_map;
  if (target.empty() && may_ask) target = read_link(builder.request(index).get(), "");
  if (target.empty()) return false;
  const auto parent = sys::create_parent_in_root(builder.root(), step.destination);
  const auto make = [&] { return ::symlinkat(target.c_str(), parent.directory.get(), parent.name.c_str()); };
  const int made = sys::attempt(make);
  if (made == 0 || (made == -EEXIST && read_link(parent.directory.get(), parent.name.c_str()) == target)) return true;
  throw_errno("make a symbolic link to " + quote(target), -made);
}

}  // namespace corten::rootfs
