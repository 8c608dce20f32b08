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

std::string settings_json(const std::vector<ThreadSettings>& threads) {
  JsonWriter json;
  json.begin_array();
  for (const auto& thread : threads) {
    const auto optional = [&](std::string_view name, const auto& value) {
      if (value) json.member(name, *value);
    };
    json.begin_object();
    json.member("pid", thread.pid);
    json.member_unless_empty("cpus", thread.cpus);
    optional("ioPriority", thread.io_priority);
    optional("timerSlack", thread.timer_slack);
    optional("coreDumpFilter", thread.core_dump_filter);
    optional("utilizationMin", thread.utilization_min);
    optional("utilizationMax", thread.utilization_max);
    json.end_object();
  }
  json.end_array();
  return json.take();
}

std::vector<ThreadSettings> parse_settings(std::string_view json) {
  const JsonTree tree{json, settings_file};
  std::vector<ThreadSettings> threads;
  JsonValue{tree}.each_item([&](const JsonValue& item) {
    auto& thread = threads.emplace_back();
    item.require_object();
    item.field("pid", thread.pid);
    item.field("cpus", thread.cpus);
    item.field("ioPriority", thread.io_priority);
    item.field("timerSlack", thread.timer_slack);
    item.field("coreDumpFilter", thread.core_dump_filter);
    item.field("utilizationMin", thread.utilization_min);
    item.field("utilizationMax", thread.utilization_max);
  });
  return threads;
}

}  // namespace corten::spec
