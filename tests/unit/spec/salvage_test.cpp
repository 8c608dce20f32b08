// SPDX-License-Identifier: Apache-2.0
#include "spec/salvage.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "base/error.hpp"

using namespace corten::spec;

namespace {

SavedState example() {
  SavedState state;
  state.id = "box";
  state.bundle = "/srv/box";
  state.annotations = {{"a", "1 < 2"}, {"b", ""}};
  state.init_pid = 4711;
  state.init_start_time = 18446744073709551615U;
  state.cgroup_driver = "systemd";
  state.cgroup_paths = {{"", "/sys/fs/cgroup/x"}, {"memory", "/sys/fs/cgroup/memory/x"}};
  state.poststop = {{"/bin/b", {}, {}, std::nullopt}, {"/bin/c", {"c", "d"}, {}, 0}};
  return state;
}

}  // namespace

TEST_CASE("of a text that was cut off the whole members stay", "[spec]") {
  CHECK(whole_part(R"({"a":1,"b":[1,2,{"c":"x)") == R"({"a":1,"b":[1,2,{}]})");
  CHECK(whole_part(R"({"a":1,"b":"two)") == R"({"a":1})");
  CHECK(whole_part(R"({"a":1,"b":23)") == R"({"a":1})");
  CHECK(whole_part(R"({"a":{"b":1,"c)") == R"({"a":{"b":1}})");
  CHECK(whole_part(R"([1,2)") == "[1]");
  CHECK(whole_part(R"({"a)") == "{}");
  CHECK(whole_part("").empty());
  CHECK(whole_part("no JSON").empty());
}

TEST_CASE("a whole text stays as it is, without what follows", "[spec]") {
  const std::string text = R"({"a,]}":"\\\"}],","b":[{},[]],"c":null})";
  CHECK(whole_part(text) == text);
  CHECK(whole_part(text + text) == text);
  CHECK(whole_part(text + "} garbage") == text);
}

TEST_CASE("every cut of a text leaves JSON, or nothing", "[spec]") {
  const std::string text = R"({"a":[1,{"b":"\\\"x,]"},[]],"c":{"d":true,"e":-1.5e3},"f":"\u0041"})";
  for (std::size_t size = 1; size <= text.size(); ++size) {
    const auto part = whole_part(std::string_view{text}.substr(0, size));
    INFO(part);
    CHECK(nlohmann::json::accept(part));
  }
}

TEST_CASE("of a broken text each field is salvaged that stands before the break", "[spec]") {
  const auto text = to_json(example());
  const auto whole = salvage_saved_state(text);
  CHECK(to_json(whole) == text);
  CHECK(to_json(salvage_saved_state(text + " trailing")) == text);

  const auto before_paths = text.substr(0, text.find("cgroup_paths") + 20);
  const auto half = salvage_saved_state(before_paths);
  CHECK(half.id == "box");
  CHECK(half.init_pid == 4711);
  CHECK(half.init_start_time == 18446744073709551615U);
  CHECK(half.cgroup_driver == "systemd");
  CHECK(half.cgroup_paths.empty());
  CHECK(half.poststop.empty());

  const auto one_path = salvage_saved_state(text.substr(0, text.find("memory/x") - 3));
  CHECK(one_path.cgroup_paths == StringMap{{"", "/sys/fs/cgroup/x"}});
  // A start time that is cut off must not look like one.
  CHECK(salvage_saved_state(text.substr(0, text.find("init_process_start") + 25)).init_start_time !=
        example().init_start_time);
}

TEST_CASE("each field of a broken state is salvaged on its own", "[spec]") {
  const auto text = to_json(example());
  for (std::size_t size = 1; size <= text.size(); ++size) CHECK_NOTHROW(salvage_saved_state(text.substr(0, size)));
  CHECK(salvage_saved_state("{\"id\":7,\"bundle\":\"/b\"}").bundle == "/b");
  for (const auto* empty : {"{}", "[]", "[1,2]", "[[["}) CHECK(salvage_saved_state(empty).id.empty());
  for (const auto* broken : {"", "null", "7", "no JSON", "\xff\xfe", "{\"id\":\"\xff\",}"})
    CHECK_THROWS_AS(salvage_saved_state(broken), corten::Error);
}
