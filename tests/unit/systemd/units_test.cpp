// SPDX-License-Identifier: Apache-2.0
#include "systemd/units.hpp"

#include <catch2/catch.hpp>
#include <cstdlib>
#include <map>

#include "base/error.hpp"
#include "systemd/outer_uid.hpp"

using namespace corten::systemd;

namespace {

Environment environment(std::map<std::string, std::string> values) {
  return [values = std::move(values)](const char* name) -> std::optional<std::string> {
    const auto found = values.find(name);
    if (found == values.end()) return std::nullopt;
    return found->second;
  };
}

}  // namespace

TEST_CASE("systemd's version is the number that its text starts with", "[systemd]") {
  CHECK(parse_version("252.39-1~deb12u1") == 252);
  CHECK(parse_version("v245.4-1.fc32") == 245);
  CHECK(parse_version("245") == 245);
  CHECK(parse_version("new") == 0);
  CHECK(parse_version("") == 0);
}

TEST_CASE("properties that a systemd lacks are left out and named", "[systemd]") {
  std::vector<Property> properties{
      {"Old", Value::boolean(true)}, {"Newer", Value::boolean(true), 244}, {"Newest", Value::boolean(true), 252}};
  CHECK(remove_newer(properties, 252).empty());
  CHECK(properties.size() == 3);
  CHECK(remove_newer(properties, 243) == std::vector<std::string>{"Newer", "Newest"});
  CHECK(properties == std::vector<Property>{{"Old", Value::boolean(true)}});
}

TEST_CASE("a unit's object has its name, escaped", "[systemd]") {
  CHECK(unit_path("a-1.scope") == "/org/freedesktop/systemd1/unit/a_2d1_2escope");
  CHECK(unit_path("1.scope") == "/org/freedesktop/systemd1/unit/_31_2escope");
}

TEST_CASE("systemd's own socket is tried before the bus", "[systemd]") {
  CHECK(
      plan_addresses(Instance::system, environment({})) ==
      std::vector<Address>{{"unix:path=/run/systemd/private", false}, {"unix:path=/run/dbus/system_bus_socket", true}});
  CHECK(plan_addresses(Instance::system, environment({{"DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/x"}})).back() ==
        Address{"unix:path=/x", true});
  CHECK(plan_addresses(Instance::user, environment({{"XDG_RUNTIME_DIR", "/run/user/1000"}})) ==
        std::vector<Address>{{"unix:path=/run/user/1000/systemd/private", false},
                             {"unix:path=/run/user/1000/bus", true}});
  CHECK(plan_addresses(Instance::user,
                       environment({{"XDG_RUNTIME_DIR", "/a,b"}, {"DBUS_SESSION_BUS_ADDRESS", "unix:abstract=s"}})) ==
        std::vector<Address>{{"unix:path=/a%2cb/systemd/private", false}, {"unix:abstract=s", true}});
  CHECK(plan_addresses(Instance::user, environment({})).empty());
}

TEST_CASE("a user namespace's root is outside who maps to it", "[systemd]") {
  CHECK(outer_uid("         0          0 4294967295\n", 0) == 0);
  CHECK(outer_uid("         0          0 4294967295\n", 1000) == 1000);
  CHECK(outer_uid("         0       1000          1\n         1     100000      65536\n", 0) == 1000);
  CHECK(outer_uid("         0       1000          1\n         1     100000      65536\n", 5) == 100004);
  CHECK(outer_uid("         1     100000      65536\n", 0) == 0);
  CHECK(outer_uid("", 7) == 7);
}

TEST_CASE("where nobody listens the error says what was tried and what to do", "[systemd]") {
  ::setenv("XDG_RUNTIME_DIR", "/nowhere", 1);
  ::unsetenv("DBUS_SESSION_BUS_ADDRESS");
  Units units{Instance::user};
  CHECK_THROWS_WITH(units.control_group(),
                    Catch::StartsWith("cannot reach the user's systemd: unix:path=/nowhere/systemd/private: ") &&
                        Catch::Contains("; unix:path=/nowhere/bus: ") && Catch::EndsWith("(loginctl enable-linger)?"));
  ::unsetenv("XDG_RUNTIME_DIR");
  CHECK_THROWS_WITH(units.stop("a.scope"),
                    Catch::Contains("neither XDG_RUNTIME_DIR nor DBUS_SESSION_BUS_ADDRESS is set"));
}
