// SPDX-License-Identifier: Apache-2.0
#include "spec/checkpoint.hpp"

#include "spec/json_value.hpp"
#include "spec/json_writer.hpp"

namespace corten::spec {

std::string descriptors_json(const std::vector<std::string>& descriptors) {
  JsonWriter json;
  json.value(descriptors);
  return json.take();
}

std::vector<std::string> parse_descriptors(std::string_view json) {
  const JsonTree tree{json, descriptors_file};
  std::vector<std::string> descriptors;
  read(JsonValue{tree}, descriptors);
  return descriptors;
}

std::string mounts_json(const MountList& mounts) {
  JsonWriter json;
  json.begin_array();
  for (const auto& [destination, mountpoint] : mounts) {
    json.begin_object();
    json.member("destination", destination);
    json.member("mountpoint", mountpoint);
    json.end_object();
  }
  json.end_array();
  return json.take();
}

MountList parse_mounts(std::string_view json) {
  const JsonTree tree{json, mounts_file};
  MountList mounts;
  JsonValue{tree}.each_item([&](const JsonValue& item) {
    auto& [destination, mountpoint] = mounts.emplace_back();
    item.require_object();
    item.field("destination", destination);
    item.field("mountpoint", mountpoint);
  });
  return mounts;
}

}  // namespace corten::spec
