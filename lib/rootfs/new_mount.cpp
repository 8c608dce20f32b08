// SPDX-License-Identifier: Apache-2.0
#include "rootfs/new_mount.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>

#include "base/error.hpp"
#include "base/text.hpp"
#include "sys/file.hpp"
#include "sys/open_in_root.hpp"
#include "sys/syscall.hpp"

namespace corten::rootfs {
namespace {

bool same_file(int first, int second) {
  struct stat statuses[2] = {};
  const int result = sys::attempt([&] { return ::fstat(first, &statuses[0]); });
  const int other = sys::attempt([&] { return ::fstat(second, &statuses[1]); });
  // FUSE without allow_other tells a user namespace nothing, but may be bound there.
  if (result == -EACCES && other == -EACCES) return true;
  if (result < 0 || other < 0) throw_errno("fstat", result < 0 ? -result : -other);
  return statuses[0].st_dev == statuses[1].st_dev && statuses[0].st_ino == statuses[1].st_ino;
}

/// A file of the host's /proc/self, next to its fd.
std::string read_beside(int descriptors, const std::string& name) {
  const auto fd = sys::open_at(descriptors, "../" + name, O_RDONLY);
  return sys::read_all(fd.get(), "/proc/self/" + name);
}

}  // namespace

std::vector<MountNumber> mount_numbers(std::string_view mountinfo) {
  std::vector<MountNumber> numbers;
  for (const auto line : split(mountinfo, '\n')) {
    const auto first = line.find(' ');
    if (first == std::string_view::npos) continue;
    const auto second = line.find(' ', first + 1);
    const auto id = parse_number<std::uint64_t>(line.substr(0, first));
    const auto parent = parse_number<std::uint64_t>(line.substr(first + 1, second - first - 1));
    if (id && parent) numbers.push_back({*id, *parent});
  }
  std::ranges::sort(numbers);
  return numbers;
}

std::optional<std::uint64_t> mount_id(int fd) {
  struct statx status {};
  if (::statx(fd, "", AT_EMPTY_PATH | AT_NO_AUTOMOUNT, STATX_MNT_ID, &status) != 0) return std::nullopt;
  if ((status.stx_mask & STATX_MNT_ID) == 0) return std::nullopt;
  return status.stx_mnt_id;
}

bool same_place(int first, int second) { return same_file(first, second) && mount_id(first) == mount_id(second); }

NewMount::NewMount(int descriptors)
    : descriptors_{descriptors}, before_{mount_numbers(read_beside(descriptors, "mountinfo"))} {}

std::uint64_t NewMount::id_of(int fd) const {
  if (const auto id = mount_id(fd)) return *id;
  for (const auto line : split(read_beside(descriptors_, "fdinfo/" + std::to_string(fd)), '\n')) {
    constexpr std::string_view key = "mnt_id:";
    if (!line.starts_with(key)) continue;
    if (const auto id = parse_number<std::uint64_t>(trim(line.substr(key.size())))) return *id;
  }
  throw Error{"the kernel does not tell which mount a descriptor is on"};
}

bool NewMount::is_new(std::uint64_t id) const {
  const auto has_id = [id](const MountNumber& number) { return number.id == id; };
  const auto old = std::ranges::find_if(before_, has_id);
  if (old == before_.end()) return true;
  // The mount that had this id may have gone meanwhile, as when the host unmounts something: then its parent differs.
  const auto now = mount_numbers(read_beside(descriptors_, "mountinfo"));
  const auto found = std::ranges::find_if(now, has_id);
  return found != now.end() && found->parent != old->parent;
}

UniqueFd NewMount::open(int root, const std::string& path, int source) const {
  UniqueFd fd = sys::open_in_root(root, path, O_PATH);
  check(fd.get(), path, source);
  return fd;
}

void NewMount::check(int fd, const std::string& path, int source) const {
  const bool right = is_new(id_of(fd)) && (source < 0 || same_file(fd, source));
  if (!right) throw Error{"mountpoint " + quote(path) + " was moved while re-opening"};
}

}  // namespace corten::rootfs
