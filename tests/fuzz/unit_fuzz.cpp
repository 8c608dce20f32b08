// SPDX-License-Identifier: Apache-2.0
// What a bundle says about its systemd unit, from hostile bytes: Error is the only way out, and a value that is taken has
// the type it claims, since libdbus ends the process for one that has not.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "cgroup/systemd/unit.hpp"

namespace {

using namespace corten;
using systemd::Value;

void require(bool holds) {
  if (!holds) std::abort();
}

std::string joined_types(const std::vector<Value>& items) {
  std::string types;
  for (const auto& item : items) types += item.type;
  return types;
}

void check(const Value& value) {
  require(!value.type.empty());
  const char kind = value.type.front();
  if (kind == 'a') {
    require(value.type.size() > 1);
    for (const auto& item : value.items) require(item.type == value.type.substr(1));
  } else if (kind == '(') {
    require(!value.items.empty() && value.type == "(" + joined_types(value.items) + ")");
  } else if (kind == 'v') {
    require(value.items.size() == 1);
  } else {
    require(value.items.empty() && std::string_view{"bynqiuxtds"}.find(value.type) != std::string_view::npos);
  }
  for (const auto& item : value.items) check(item);
}

template <class Body>
void try_to(Body&& body) {
  try {
    body();
  } catch (const Error& error) {
    require(!error.message().empty());
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text{reinterpret_cast<const char*>(data), size};
  try_to([&] {
    for (const auto& property : cgroup::plan_annotations({{"TimeoutStopSec", text}})) check(property.value);
  });
  try_to([&] {
    const auto value = systemd::parse_value(text);
    check(value);
    static_cast<void>(systemd::show(value));
  });
  try_to([&] { check(cgroup::cpu_set_bits(text)); });
  try_to([&] { require(cgroup::expand_slice(text).find("//") == std::string::npos); });
  for (const auto* file : {"cpu.max", "memory.high", "io.weight", "cpuset.cpus"}) {
    try_to([&] {
      for (const auto& property : cgroup::plan_unit_unified({{file, text}})) check(property.value);
    });
  }
  return 0;
}
