// SPDX-License-Identifier: Apache-2.0
#include "spec/saved_state.hpp"

#include <catch2/catch.hpp>

#include "base/error.hpp"

using namespace corten::spec;

namespace {

SavedState example() {
  SavedState state;
  state.oci_version = "1.3.0";
  state.id = "box";
  state.bundle = "/srv/box";
  state.rootfs = "/srv/box/rootfs";
  state.created = "2026-01-02T03:04:05.000000006Z";
  state.annotations = {{"a", "1 < 2"}, {"b", ""}};
  state.init_pid = 4711;
  state.init_start_time = 18446744073709551615U;
  state.cgroup_driver = "systemd";
  state.cgroup_paths = {{"", "/sys/fs/cgroup/x"}, {"memory", "/sys/fs/cgroup/memory/x"}};
  state.cgroup_unit = "box.scope";
  state.rootless = true;
  state.memory_limit = 20971520;
  state.memory_swap = -1;
  state.cpu_quota = 50000;
  state.cpu_period = 100000;
  state.namespace_paths = {{"mount", "/proc/4711/ns/mnt"}, {"pid", "/proc/4711/ns/pid"}};
  state.poststart = {{"/bin/a", {"a"}, {"A=1"}, 3}};
  state.poststop = {{"/bin/b", {}, {}, std::nullopt}, {"/bin/c", {"c", "d"}, {}, 0}};
  state.no_new_keyring = true;
  state.intel_rdt_path = "/sys/fs/resctrl/x";
  state.intel_rdt_mon_path = "/sys/fs/resctrl/x/mon_groups/box";
  state.intel_rdt_created = true;
  return state;
}

void check_hook(const Hook& read, const Hook& written) {
  CHECK(read.path == written.path);
  CHECK(read.args == written.args);
  CHECK(read.env == written.env);
  CHECK(read.timeout == written.timeout);
}

}  // namespace

TEST_CASE("a saved state reads back as it was written", "[spec]") {
  const auto state = example();
  const auto text = to_json(state);
  CHECK(text.find('\n') == std::string::npos);
  const auto read = parse_saved_state(text);
  CHECK(read.oci_version == state.oci_version);
  CHECK(read.id == state.id);
  CHECK(read.bundle == state.bundle);
  CHECK(read.rootfs == state.rootfs);
  CHECK(read.created == state.created);
  CHECK(read.annotations == state.annotations);
  CHECK(read.init_pid == state.init_pid);
  CHECK(read.init_start_time == state.init_start_time);
  CHECK(read.cgroup_driver == state.cgroup_driver);
  CHECK(read.cgroup_paths == state.cgroup_paths);
  CHECK(read.memory_limit == state.memory_limit);
  CHECK(read.memory_swap == state.memory_swap);
  CHECK(read.cpu_quota == state.cpu_quota);
  CHECK(read.cpu_period == state.cpu_period);
  CHECK(read.cgroup_unit == state.cgroup_unit);
  CHECK(read.rootless == state.rootless);
  CHECK(read.namespace_paths == state.namespace_paths);
  REQUIRE(read.poststart.size() == 1);
  check_hook(read.poststart[0], state.poststart[0]);
  REQUIRE(read.poststop.size() == 2);
  check_hook(read.poststop[0], state.poststop[0]);
  check_hook(read.poststop[1], state.poststop[1]);
  CHECK(read.no_new_keyring == state.no_new_keyring);
  CHECK(read.intel_rdt_path == state.intel_rdt_path);
  CHECK(read.intel_rdt_mon_path == state.intel_rdt_mon_path);
  CHECK(read.intel_rdt_created == state.intel_rdt_created);
}

TEST_CASE("a list reads of a saved state what tells the status", "[spec]") {
  auto state = example();
  // No name of a user's ends it.
  state.annotations = {{"cgroup_paths", "freezer"}, {"freezer", "cold"}, {"last", "one"}};
  state.cgroup_paths = {{"cpu", "/sys/fs/cgroup/cpu/box"}, {"freezer", "/sys/fs/cgroup/freezer/box"}};
  const auto read = parse_saved_status(to_json(state));
  CHECK(read.id == state.id);
  CHECK(read.bundle == state.bundle);
  CHECK(read.rootfs == state.rootfs);
  CHECK(read.created == state.created);
  CHECK(read.annotations == state.annotations);
  CHECK(read.init_pid == state.init_pid);
  CHECK(read.init_start_time == state.init_start_time);
  CHECK(read.rootless == state.rootless);
  CHECK(read.cgroup_driver == state.cgroup_driver);
  CHECK(read.cgroup_unit == state.cgroup_unit);
  CHECK(read.cgroup_paths == StringMap{{"freezer", "/sys/fs/cgroup/freezer/box"}});
  CHECK(parse_saved_state(to_json(state)).cgroup_paths.size() == 2);
}

TEST_CASE("a list reads all of a saved state that has no freezer, or is another version's", "[spec]") {
  CHECK(parse_saved_status(R"({"cgroup_paths":{"":"/sys/fs/cgroup/box"},"cgroup_unit":"box.scope"})").cgroup_unit ==
        "box.scope");
  CHECK_THROWS_WITH(parse_saved_status(R"({"id": "b)"), Catch::StartsWith("state.json: line 1, column 10: "));
}

TEST_CASE("an empty saved state reads back, too", "[spec]") {
  const auto read = parse_saved_state(to_json({}));
  CHECK(read.id.empty());
  CHECK(read.init_pid == 0);
  CHECK(read.cgroup_paths.empty());
  CHECK(read.poststop.empty());
  CHECK_FALSE(read.no_new_keyring);
}

TEST_CASE("paths that no JSON may hold are saved readable", "[spec]") {
  SavedState state;
  state.bundle = "/srv/\xff";
  CHECK(parse_saved_state(to_json(state)).bundle == "/srv/\uFFFD");
}

TEST_CASE("a saved state ignores unknown fields, but not a wrong type", "[spec]") {
  CHECK(parse_saved_state(R"({"id": "box", "from_the_future": [{}]})").id == "box");
  CHECK_THROWS_WITH(parse_saved_state(R"({"init_process_pid": "1"})"),
                    "state.json: init_process_pid: expected a number from -2147483648 to 2147483647, got a string");
  CHECK_THROWS_WITH(parse_saved_state(R"({"poststop": [{"timeout": 1.5}]})"),
                    "state.json: poststop[0].timeout: expected a number from -2147483648 to 2147483647, "
                    "got the number 1.5");
  CHECK_THROWS_WITH(parse_saved_state(R"({"id": "b)"), Catch::StartsWith("state.json: line 1, column 10: "));
}
