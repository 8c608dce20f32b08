// SPDX-License-Identifier: Apache-2.0
// Device nodes of the host, and those of each container.
#include <cerrno>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "abi/guard.hpp"
#include "abi/list.hpp"
#include "base/errno_kind.hpp"
#include "base/text.hpp"
#include "config/default_devices.hpp"
#include "sys/device_nodes.hpp"

using namespace corten;

namespace {

corten_device shown(const sys::DeviceNode& node) {
  return {node.type, node.major, node.minor, node.mode, node.uid, node.gid, node.path.c_str()};
}

}  // namespace

struct corten_device_list : abi::List<corten_device, sys::DeviceNode> {
  explicit corten_device_list(std::vector<sys::DeviceNode> nodes) : List{std::move(nodes), shown} {}
};

namespace {

/// The list that `find` finds; of kind not_found where a file is not there.
template <class Find>
corten_device_list* listed(corten_error** error, Find&& find) {
  return abi::guarded<corten_device_list*>(error, nullptr, [&] {
    return with_kind_for(ENOENT, ErrorKind::not_found, [&] { return new corten_device_list{find()}; });
  });
}

}  // namespace

corten_device_list* corten_device_at(const char* path, corten_error** error) {
  return listed(error, [&] {
    const std::string name = &abi::checked(path, "path");
    auto node = sys::device_node(name);
    if (!node) throw Error{quote(name) + " is no device", ErrorKind::invalid_argument};
    return std::vector{std::move(*node)};
  });
}

corten_device_list* corten_devices_below(const char* directory, corten_error** error) {
  return listed(error, [&] { return sys::device_nodes_below(directory == nullptr ? "/dev" : directory); });
}

corten_device_list* corten_default_devices(corten_error** error) {
  return listed(error, [] {
    std::vector<sys::DeviceNode> nodes;
    for (const auto& device : config::default_devices) {
      constexpr mode_t for_all = 0666;
      nodes.push_back({device.type, device.major, device.minor, for_all, 0, 0, std::string{device.path}});
    }
    return nodes;
  });
}

size_t corten_device_list_size(const corten_device_list* list) { return list == nullptr ? 0 : list->size(); }

const corten_device* corten_device_list_item(const corten_device_list* list, size_t index) {
  return list == nullptr ? nullptr : list->at(index);
}

void corten_device_list_free(corten_device_list* list) { delete list; }
