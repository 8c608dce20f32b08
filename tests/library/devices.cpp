// SPDX-License-Identifier: Apache-2.0
// Device nodes of the host. Usage: devices DIRECTORY, in which this makes files, and which has another file system at "mounted"
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <fstream>

#include <corten/devices.hpp>

#include "children.hpp"
#include "expect.hpp"

namespace {

namespace fs = std::filesystem;
using corten::spec::Device;

std::string directory;

void make_node(const std::string& path, mode_t type, dev_t number, mode_t mode) {
  if (::mknod(path.c_str(), type | mode, number) != 0 || ::chmod(path.c_str(), mode) != 0) failed(path, "mknod");
}

void make_tree() {
  fs::create_directories(directory + "/snd/deep");
  make_node(directory + "/null", S_IFCHR, makedev(1, 3), 0640);
  make_node(directory + "/snd/deep/disk", S_IFBLK, makedev(7, 300), 0600);
  make_node(directory + "/fifo", S_IFIFO, 0, 0600);
  make_node(directory + "/mounted/zero", S_IFCHR, makedev(1, 5), 0666);
  if (::lchown((directory + "/null").c_str(), 7, 8) != 0) failed("null", "chown");
  fs::create_symlink("null", directory + "/link");
  fs::create_directory_symlink("/dev", directory + "/all");
  std::ofstream{directory + "/plain"} << "text";
}

bool is(const Device& device, const std::string& type, std::int64_t major, std::int64_t minor, std::uint32_t mode) {
  return device.type == type && device.major == major && device.minor == minor && device.file_mode == mode;
}

void below() {
  // With slashes at the end, which no path of a device has.
  const auto found = corten::devices_below(directory + "//");
  EXPECT(found.size() == 2);
  if (found.size() != 2) return;
  EXPECT(found[0].path == directory + "/null" && is(found[0], "c", 1, 3, 0640));
  EXPECT(found[0].uid == 7U && found[0].gid == 8U);
  EXPECT(found[1].path == directory + "/snd/deep/disk" && is(found[1], "b", 7, 300, 0600));
  // What another file system has is found where it is asked for.
  EXPECT(corten::devices_below(directory + "/mounted").size() == 1);
  fs::create_directory(directory + "/empty");
  EXPECT(corten::devices_below(directory + "/empty").empty());
}

void host() {
  const auto all = corten::devices_below();
  const auto has = [&](const std::string& path) { return std::ranges::find(all, path, &Device::path) != all.end(); };
  EXPECT(has("/dev/null") && !has("/dev/console") && !has("/dev/pts/ptmx"));
  EXPECT(std::ranges::is_sorted(all, {}, &Device::path));
}

void one() {
  EXPECT(is(corten::device_at(directory + "/null"), "c", 1, 3, 0640));
  EXPECT(is(corten::device_at(directory + "/fifo"), "p", 0, 0, 0600));
  const auto numbered = corten::device_at(directory + "/snd/deep/disk");
  EXPECT(numbered.path == directory + "/snd/deep/disk" && is(numbered, "b", 7, 300, 0600));
}

void defaults() {
  const auto devices = corten::default_devices();
  EXPECT(devices.size() == 6);
  for (const auto& device : devices) {
    const auto real = corten::device_at(device.path);
    EXPECT(device.type == real.type && device.major == real.major && device.minor == real.minor);
    EXPECT(device.file_mode == 0666U && device.uid == 0U && device.gid == 0U);
  }
}

void errors() {
  EXPECT(EXPECT_ERROR(CORTEN_NOT_FOUND, "no such file", corten::device_at(directory + "/none")) == ENOENT);
  EXPECT_ERROR(CORTEN_INVALID_ARGUMENT, "is no device", corten::device_at(directory + "/plain"));
  EXPECT_ERROR(CORTEN_INVALID_ARGUMENT, "is no device", corten::device_at(directory + "/link"));
  EXPECT_ERROR(CORTEN_INVALID_ARGUMENT, "is no device", corten::device_at(directory));
  EXPECT_ERROR(CORTEN_NOT_FOUND, "no such file", corten::devices_below(directory + "/none"));
  EXPECT(EXPECT_ERROR(CORTEN_SYSTEM, "not a directory", corten::devices_below(directory + "/plain")) == ENOTDIR);
  const char* const none = nullptr;
  EXPECT_ERROR(CORTEN_INVALID_ARGUMENT, "path is NULL", corten::detail::call(&corten_device_at, none));
  EXPECT(corten_device_list_size(nullptr) == 0 && corten_device_list_item(nullptr, 0) == nullptr);
  auto* const list = corten_device_at((directory + "/null").c_str(), nullptr);
  EXPECT(corten_device_list_size(list) == 1 && corten_device_list_item(list, 1) == nullptr);
  corten_device_list_free(list);
  fs::permissions(directory + "/snd", fs::perms::owner_all);
  in_child(true, [] {
    EXPECT(EXPECT_ERROR(CORTEN_SYSTEM, "/snd: permission denied", corten::devices_below(directory)) == EACCES);
  });
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  directory = argv[1];
  make_tree();
  for (const auto part : {below, host, one, defaults, errors}) {
    try {
      part();
    } catch (const std::exception& error) {
      failed("threw", error.what());
    }
  }
  return failures == 0 ? 0 : 1;
}
