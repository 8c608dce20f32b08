// SPDX-License-Identifier: Apache-2.0
#include "cgroup/systemd/unit.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "base/error.hpp"
#include "base/id_list.hpp"
#include "base/log.hpp"
#include "base/text.hpp"
#include "cgroup/device_rules.hpp"

namespace corten::cgroup {
namespace {

using systemd::Property;
using systemd::Value;

constexpr std::string_view slice_suffix = ".slice";

[[noreturn]] void refuse_slice(std::string_view slice) { throw Error{fmt::format("invalid slice name: {}", slice)}; }

/// Seconds of any numeric type as microseconds.
Value microseconds(const Value& seconds) {
  constexpr std::uint64_t million = 1000000;
  if (seconds.type == "d") {
    const double product = seconds.real * static_cast<double>(million);
    if (!(product >= 0 && product < 1.8e19)) throw Error{"out of range"};
    return Value::u64(static_cast<std::uint64_t>(product));
  }
  if (seconds.type.size() != 1 || std::string_view{"ynqiuxt"}.find(seconds.type) == std::string_view::npos)
    throw Error{"not a number"};
  if (seconds.number > systemd::infinity / million) throw Error{"out of range"};
  return Value::u64(seconds.number * million);
}

bool is_in_seconds(std::string_view name) {
  if (!name.ends_with("Sec") || name.size() < 4) return false;
  const char before = name[name.size() - 4];
  return before >= 'a' && before <= 'z';
}

std::string access_text(unsigned access) {
  std::string text;
  if ((access & device_access::read) != 0) text += 'r';
  if ((access & device_access::write) != 0) text += 'w';
  if ((access & device_access::mknod) != 0) text += 'm';
  return text;
}

/// How DeviceAllow names the device: empty for a minor of any major, which it cannot.
std::string device_path(const DeviceMatch& match) {
  const auto* kind = match.type == 'b' ? "block" : "char";
  if (match.major && match.minor) return fmt::format("/dev/{}/{}:{}", kind, *match.major, *match.minor);
  if (match.minor) return {};
  return match.major ? fmt::format("{}-{}", kind, *match.major) : fmt::format("{}-*", kind);
}

}  // namespace

std::string expand_slice(std::string_view slice) {
  if (!slice.ends_with(slice_suffix) || slice.find('/') != std::string_view::npos) refuse_slice(slice);
  const auto name = slice.substr(0, slice.size() - slice_suffix.size());
  if (name == "-") return {};
  std::string path, prefix;
  for (const auto word : split(name, '-')) {
    if (word.empty()) refuse_slice(slice);
    path += fmt::format("/{}{}{}", prefix, word, slice_suffix);
    prefix += fmt::format("{}-", word);
  }
  return path;
}

std::string slice_of(const Plan& plan) {
  if (!plan.parent_slice.empty()) return plan.parent_slice;
  return plan.rootless ? "user.slice" : "system.slice";
}

std::vector<Property> plan_unit(const Plan& plan, Layout layout) {
  std::vector<Property> properties;
  properties.push_back({"Description", Value::string(fmt::format("container unit {}", plan.unit_name))});
  if (plan.unit_name.ends_with(slice_suffix)) {
    properties.push_back({"Wants", Value::strings({slice_of(plan)})});
  } else {
    properties.push_back({"Slice", Value::string(slice_of(plan))});
    properties.push_back({"Delegate", Value::boolean(true)});
  }
  const auto* io = layout == Layout::unified ? "IOAccounting" : "BlockIOAccounting";
  for (const auto* name : {"MemoryAccounting", "CPUAccounting", io, "TasksAccounting"}) {
    properties.push_back({name, Value::boolean(true)});
  }
  properties.push_back({"DefaultDependencies", Value::boolean(false)});
  auto annotated = plan_annotations(plan.unit_properties);
  properties.insert(properties.end(), annotated.begin(), annotated.end());
  return properties;
}

std::vector<Property> plan_annotations(const std::vector<std::pair<std::string, std::string>>& annotations) {
  std::vector<Property> properties;
  for (const auto& annotation : annotations) {
    const auto& name = annotation.first;  // clang 14 captures no structured bindings
    const auto& text = annotation.second;
    with_context(fmt::format("annotation org.systemd.property.{}={} value parse error", name, text), [&] {
      auto value = systemd::parse_value(text);
      if (is_in_seconds(name)) {
        properties.push_back({name.substr(0, name.size() - 3) + "USec", microseconds(value)});
      } else {
        properties.push_back({name, std::move(value)});
      }
    });
  }
  return properties;
}

std::vector<Property> plan_unit_devices(const std::vector<DeviceRule>& rules, Layout layout) {
  const auto none = Value::array("(ss)", {});
  auto any = std::vector<Property>{{"DeviceAllow", none}, {"DevicePolicy", Value::string("auto")}};
  const auto set = DeviceSet::of_rules(rules);
  if (set.allows_everything()) return any;
  auto list = none;
  bool complete = !set.allows_by_default();
  if (complete) {
    for (const auto& [match, access] : set.exceptions()) {
      auto path = device_path(match);
      complete = complete && !path.empty();
      if (path.empty()) continue;
      list.items.push_back(Value::tuple({Value::string(std::move(path)), Value::string(access_text(access))}));
    }
  }
  if (!complete) {
    if (layout == Layout::unified) return any;
    log::warn("systemd cannot hold all of the device rules: after a daemon-reload fewer devices may be allowed");
  }
  // An empty list takes away what an existing unit has.
  return {{"DeviceAllow", none}, {"DevicePolicy", Value::string("strict")}, {"DeviceAllow", list}};
}

Value cpu_set_bits(std::string_view list) {
  std::string bytes;
  for (const auto word : parse_id_list(list)) {
    for (unsigned shift = 0; shift < 64; shift += 8) bytes += static_cast<char>(word >> shift & 0xff);
  }
  bytes.resize(bytes.find_last_not_of('\0') + 1);
  return Value::bytes(bytes);
}

void add_cpu_quota(std::int64_t& quota, std::uint64_t period, std::vector<Property>& properties) {
  constexpr std::uint64_t default_period = 100000;
  constexpr std::uint64_t second = 1000000;
  constexpr std::uint64_t percent = second / 100;
  if (period != 0) properties.push_back({"CPUQuotaPeriodUSec", Value::u64(period), 242});
  if (quota == 0 && period == 0) return;
  auto per_second = systemd::infinity;
  if (quota > 0) {
    if (period == 0) period = default_period;
    const auto wanted = static_cast<std::uint64_t>(quota);
    if (wanted > systemd::infinity / second) throw Error{fmt::format("cpu quota {} is out of range", quota)};
    per_second = wanted * second / period;
    if (per_second % percent != 0) {
      per_second = (per_second / percent + 1) * percent;
      quota = static_cast<std::int64_t>(per_second * period / second);
    }
  }
  properties.push_back({"CPUQuotaPerSecUSec", Value::u64(per_second)});
}

}  // namespace corten::cgroup
