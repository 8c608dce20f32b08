// SPDX-License-Identifier: Apache-2.0
#include "spec/config.hpp"

#include "spec/readers.hpp"

namespace corten::spec {
namespace {

template <class T>
T parse(std::string_view json, std::string_view name) {
  const JsonTree tree{json, name, {}, Rest::ignored};
  T value;
  read(JsonValue{tree}, value);
  return value;
}

}  // namespace

Config parse_config(std::string_view json) { return parse<Config>(json, "config.json"); }

Process parse_process(std::string_view json) { return parse<Process>(json, "process document"); }

Resources parse_resources(std::string_view json) { return parse<Resources>(json, "resources document"); }

Seccomp parse_seccomp(std::string_view json) { return parse<Seccomp>(json, "linux.seccomp"); }

IntelRdt parse_intel_rdt(std::string_view json) { return parse<IntelRdt>(json, "Intel RDT document"); }

}  // namespace corten::spec
