// SPDX-License-Identifier: Apache-2.0
#include "cgroup/systemd/held.hpp"

#include <fmt/core.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

#include "base/error.hpp"
#include "base/log.hpp"
#include "base/text.hpp"
#include "cgroup/files.hpp"
#include "cgroup/systemd/unit.hpp"

namespace corten::cgroup {
namespace {

using systemd::infinity;
using systemd::Property;
using systemd::Value;
using Properties = std::vector<Property>;

// In an order in which they can be written again.
constexpr auto unified_files = std::to_array<std::string_view>(
    {"memory.max", "memory.high", "memory.low", "memory.min", "memory.swap.max", "memory.zswap.max",
     "memory.zswap.writeback", "memory.oom.group", "pids.max", "cpu.idle", "cpu.weight", "cpu.max", "cpuset.cpus",
     "cpuset.mems", "cpuset.cpus.partition", "io.weight", "io.bfq.weight", "io.max"});

constexpr auto legacy_files =
    std::to_array<std::string_view>({"memory.limit_in_bytes", "pids.max", "cpu.shares", "cpu.cfs_period_us",
                                     "cpu.cfs_quota_us", "blkio.weight", "blkio.bfq.weight"});

/// Files with a line a device, and what of it the property has.
struct DeviceFile {
  std::string_view property, file, key;
};
constexpr auto device_files = std::to_array<DeviceFile>({
    {"IODeviceWeight", "io.weight", ""},
    {"IOReadBandwidthMax", "io.max", "rbps="},
    {"IOWriteBandwidthMax", "io.max", "wbps="},
    {"IOReadIOPSMax", "io.max", "riops="},
    {"IOWriteIOPSMax", "io.max", "wiops="},
});

std::string_view controller_of(std::string_view file) { return file.substr(0, file.find('.')); }

std::string path_of(const Paths& paths, std::string_view file) {
  const auto directory = directory_of(paths, controller_of(file));
  return directory.empty() ? directory : fmt::format("{}/{}", directory, file);
}

std::string_view text_of(const HeldFiles& held, std::string_view file) {
  const auto found = std::ranges::find(held, file, &HeldFiles::value_type::first);
  return found == held.end() ? std::string_view{} : std::string_view{found->second};
}

/// The first line of files with a line a device, as "default 100"; else all.
std::string_view first_line(std::string_view text) { return text.substr(0, text.find('\n')); }

/// Bytes without the zeros at the end.
std::vector<Value> shortened(std::vector<Value> bytes) {
  while (!bytes.empty() && bytes.back().number == 0) bytes.pop_back();
  return bytes;
}

/// What systemd writes for a property that is not set.
std::uint64_t written_for(const std::string& name, std::uint64_t number) {
  constexpr std::uint64_t default_weight = 100;
  constexpr std::uint64_t default_period = 100000;
  if (name.starts_with("Memory") && number != infinity) {
    const auto page = static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
    return number / page * page;
  }
  if (number != infinity) return number;
  if (name.ends_with("Weight")) return default_weight;
  return name == "CPUQuotaPeriodUSec" ? default_period : number;
}

bool is_written_so(const Property& file, const Value& present) {
  if (present.type != file.value.type) return true;  // not one that is known here
  if (present.type == "ay") return shortened(present.items) == shortened(file.value.items);
  if (present.type == "t") return written_for(file.name, present.number) == written_for(file.name, file.value.number);
  if (present.type == "s")
    return present.text == file.value.text || (present.text.empty() && file.value.text == "member");
  return present == file.value;
}

/// The value of property `name`; of a list the part after the empty one that clears it.
const Property* find_last(const Properties& properties, std::string_view name) {
  const auto found =
      std::find_if(properties.rbegin(), properties.rend(), [&](const auto& row) { return row.name == name; });
  return found == properties.rend() ? nullptr : &*found;
}

std::string device_numbers(const std::string& path) {
  constexpr std::string_view by_numbers = "/dev/block/";
  if (path.starts_with(by_numbers)) return path.substr(by_numbers.size());
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0 || !S_ISBLK(info.st_mode)) return {};
  return fmt::format("{}:{}", major(info.st_rdev), minor(info.st_rdev));
}

/// What `text` has for a device: the number after `key` in its line.
std::optional<std::uint64_t> value_of_device(std::string_view text, std::string_view device, std::string_view key) {
  for (const auto line : split(text, '\n')) {
    if (!line.starts_with(device) || !line.substr(device.size()).starts_with(' ')) continue;
    for (const auto word : split(line.substr(device.size() + 1), ' ')) {
      if (!word.starts_with(key)) continue;
      const auto value = word.substr(key.size());
      return value == "max" ? infinity : parse_number<std::uint64_t>(value);
    }
  }
  return std::nullopt;
}

/// The devices of `present`, a property of `row`, that have another value in the file.
std::optional<Property> plan_devices(const DeviceFile& row, const Property& present, const HeldFiles& held) {
  auto list = Value::array("(st)", {});
  for (const auto& item : present.value.items) {
    if (item.items.size() != 2) continue;
    const auto device = device_numbers(item.items[0].text);
    const auto value = device.empty() ? std::nullopt : value_of_device(text_of(held, row.file), device, row.key);
    if (!value || *value == item.items[1].number) continue;
    list.items.push_back(Value::tuple({item.items[0], Value::u64(*value)}));
  }
  if (list.items.empty()) return std::nullopt;
  return Property{std::string{row.property}, std::move(list)};
}

void write_again(const std::string& path, std::string_view value) {
  if (const int code = try_write(path, value); code != 0) {
    log::warn(fmt::format("systemd has written over {}, and {} cannot be written there again: {}", path,
                          quote(trim(value)), errno_text(code)));
  }
}

}  // namespace

HeldFiles read_held(const Paths& paths, Layout layout) {
  HeldFiles held;
  const auto read = [&](const auto& files) {
    for (const auto file : files) {
      const auto path = path_of(paths, file);
      auto text = path.empty() ? std::nullopt : read_if_exists(path);
      if (text) held.emplace_back(file, std::string{trim(*text)});
    }
  };
  layout == Layout::unified ? read(unified_files) : read(legacy_files);
  return held;
}

Properties properties_of(const HeldFiles& held) {
  std::vector<std::pair<std::string, std::string>> values;
  const bool idle = text_of(held, "cpu.idle") == "1";
  for (const auto& [file, text] : held) {
    if (file == "memory.oom.group") continue;  // OOMPolicy is of a new unit only
    if (file == "io.bfq.weight" || file == "io.max" || (file == "cpu.weight" && idle)) continue;
    if (file == "cpuset.cpus.partition" && text.find(' ') != std::string::npos) continue;  // "root invalid (...)"
    values.emplace_back(file, first_line(text));
  }
  auto properties = plan_unit_unified(values);
  for (const auto& row : device_files) properties.push_back({std::string{row.property}, Value::array("(st)", {})});
  return properties;
}

Properties plan_held(const HeldFiles& held, const Properties& present) {
  Properties changed;
  for (auto& property : properties_of(held)) {
    const auto* known = find_last(present, property.name);
    if (known == nullptr) continue;  // this systemd does not have it
    const auto row = std::ranges::find(device_files, property.name, &DeviceFile::property);
    if (row != device_files.end()) {
      if (auto devices = plan_devices(*row, *known, held)) changed.push_back(std::move(*devices));
    } else if (!is_written_so(property, known->value)) {
      changed.push_back(std::move(property));
    }
  }
  return changed;
}

void restore_held(const HeldFiles& held, const Paths& paths, const std::vector<Write>& named) {
  for (const auto& [file, text] : held) {
    // Named, since clang 14 captures no structured binding.
    const auto is_named = [&name = file](const Write& write) { return write.file == name || write.other_file == name; };
    if (std::ranges::any_of(named, is_named)) continue;
    const auto path = path_of(paths, file);
    const auto now = read_if_exists(path);
    if (!now || trim(*now) == text) continue;
    const auto lines = split(trim(*now), '\n');
    for (const auto line : split(text, '\n')) {
      if (std::ranges::find(lines, line) != lines.end()) continue;
      // A write(2) of no bytes changes nothing.
      write_again(path, line.empty() ? std::string_view{"\n"} : line);
    }
  }
}

}  // namespace corten::cgroup
