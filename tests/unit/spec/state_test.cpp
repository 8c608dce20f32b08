// SPDX-License-Identifier: Apache-2.0
#include "spec/state.hpp"

#include <catch2/catch.hpp>

using namespace corten::spec;

namespace {

State running() {
  return {"1.3.0",
          "box",
          "running",
          8631,
          "/srv/box",
          {{"b.z", "<x> & y"}, {"a.k", "v"}},
          "/srv/box/rootfs",
          "2026-01-02T03:04:05.000000006Z",
          "root"};
}

State stopped() { return {"1.3.0", "box", "stopped", 0, "/srv/box", {}, "/srv/box/rootfs", "", ""}; }

}  // namespace

TEST_CASE("the state is printed as runc prints it", "[spec]") {
  CHECK(state_json(running()) == R"({
  "ociVersion": "1.3.0",
  "id": "box",
  "pid": 8631,
  "status": "running",
  "bundle": "/srv/box",
  "rootfs": "/srv/box/rootfs",
  "created": "2026-01-02T03:04:05.000000006Z",
  "annotations": {
    "a.k": "v",
    "b.z": "\u003cx\u003e \u0026 y"
  },
  "owner": "root"
})");
}

TEST_CASE("a stopped container has pid 0, and no annotations mean no such field", "[spec]") {
  CHECK(state_json(stopped()) == R"({
  "ociVersion": "1.3.0",
  "id": "box",
  "pid": 0,
  "status": "stopped",
  "bundle": "/srv/box",
  "rootfs": "/srv/box/rootfs",
  "created": "",
  "owner": ""
})");
}

TEST_CASE("a list of states is one line, and null when there are none", "[spec]") {
  CHECK(state_list_json({}) == "null");
  CHECK(state_list_json({running(), stopped()}) ==
        R"([{"ociVersion":"1.3.0","id":"box","pid":8631,"status":"running","bundle":"/srv/box",)"
        R"("rootfs":"/srv/box/rootfs","created":"2026-01-02T03:04:05.000000006Z",)"
        R"("annotations":{"a.k":"v","b.z":"\u003cx\u003e \u0026 y"},"owner":"root"},)"
        R"({"ociVersion":"1.3.0","id":"box","pid":0,"status":"stopped","bundle":"/srv/box",)"
        R"("rootfs":"/srv/box/rootfs","created":"","owner":""}])");
}

TEST_CASE("a hook reads the spec's fields only, and no pid when there is none", "[spec]") {
  CHECK(hook_state_json(running()) ==
        R"({"ociVersion":"1.3.0","id":"box","status":"running","pid":8631,"bundle":"/srv/box",)"
        R"("annotations":{"a.k":"v","b.z":"\u003cx\u003e \u0026 y"}})");
  CHECK(hook_state_json(stopped()) == R"({"ociVersion":"1.3.0","id":"box","status":"stopped","bundle":"/srv/box"})");
}

TEST_CASE("a seccomp agent receives the process and the container", "[spec]") {
  auto creating = stopped();
  creating.status = "creating";
  creating.pid = 7;
  CHECK(seccomp_agent_json(creating, 9, "data") ==
        R"({"ociVersion":"1.3.0","fds":["seccompFd"],"pid":9,"metadata":"data",)"
        R"("state":{"ociVersion":"1.3.0","id":"box","status":"creating","pid":7,"bundle":"/srv/box"}})");
  CHECK(seccomp_agent_json(creating, 7, "") ==
        R"({"ociVersion":"1.3.0","fds":["seccompFd"],"pid":7,)"
        R"("state":{"ociVersion":"1.3.0","id":"box","status":"creating","pid":7,"bundle":"/srv/box"}})");
}

TEST_CASE("what would break a line or a script is escaped", "[spec]") {
  auto state = stopped();
  state.bundle = "/a\"b\\c\n\t\x01\x7f\xff\u2028\u2029\u00e9";
  CHECK(hook_state_json(state) == R"({"ociVersion":"1.3.0","id":"box","status":"stopped",)"
                                  "\"bundle\":\"/a\\\"b\\\\c\\n\\t\\u0001\\u007f\uFFFD\\u2028\\u2029\u00e9\"}");
}
