// SPDX-License-Identifier: Apache-2.0
// Device nodes of the host as values of the configuration: `linux.devices` takes them as they are.
//
//   for (const auto& device : corten::devices_below("/dev/snd")) config.platform->devices.push_back(device);
#pragma once

#include <corten/corten.hpp>

namespace corten {
inline namespace v0 {

namespace detail {

/// The items of a list of the library's, which is freed.
inline std::vector<spec::Device> take_devices(corten_device_list* given) {
  const Owner<corten_device_list, corten_device_list_free> list{given};
  std::vector<spec::Device> devices;
  for (size_t at = 0; at < corten_device_list_size(given); ++at) {
    const auto& [type, major, minor, mode, uid, gid, path] = *corten_device_list_item(given, at);
    devices.push_back({std::string(1, type), path, major, minor, static_cast<std::uint32_t>(mode), uid, gid});
  }
  return devices;
}

}  // namespace detail

/// The device node at `path`, a FIFO too. Throws CORTEN_NOT_FOUND where there is no file, CORTEN_INVALID_ARGUMENT where it is
/// another one; a symlink is.
[[nodiscard]] inline spec::Device device_at(const std::string& path) {
  return detail::take_devices(detail::call(&corten_device_at, path.c_str())).front();
}

/// All block and character devices below `directory`, sorted by path. What is on another file system is left out, as is
/// /dev/console.
[[nodiscard]] inline std::vector<spec::Device> devices_below(const std::string& directory = "/dev") {
  return detail::take_devices(detail::call(&corten_devices_below, directory.c_str()));
}

/// Those that every container has without asking: config-linux.md, "Default Devices".
[[nodiscard]] inline std::vector<spec::Device> default_devices() {
  return detail::take_devices(detail::call(&corten_default_devices));
}

}  // namespace v0
}  // namespace corten
