// SPDX-License-Identifier: Apache-2.0
#include "spec/config.hpp"

#include <catch2/catch.hpp>

#include "base/error.hpp"

using namespace corten::spec;
using Texts = std::vector<std::string>;

TEST_CASE("the top of config.json is read", "[spec]") {
  const auto config = parse_config(R"({
    "ociVersion": "1.3.0", "hostname": "box", "domainname": "example.org",
    "root": {"path": "rootfs", "readonly": true},
    "annotations": {"z": "1", "a": "2"}})");
  CHECK(config.oci_version == "1.3.0");
  CHECK(config.hostname == "box");
  CHECK(config.domainname == "example.org");
  REQUIRE(config.root);
  CHECK(config.root->path == "rootfs");
  CHECK(config.root->readonly);
  CHECK(config.annotations == StringMap{{"z", "1"}, {"a", "2"}});
  CHECK_FALSE(config.process);
  CHECK_FALSE(config.platform);
}

TEST_CASE("a mount is read with its mappings", "[spec]") {
  const auto config = parse_config(R"({"mounts": [{}, {
    "destination": "/data", "type": "bind", "source": "/srv", "options": ["rbind", "idmap"],
    "uidMappings": [{"containerID": 0, "hostID": 1000, "size": 10}, {"containerID": 10, "hostID": 2000, "size": 5}],
    "gidMappings": [{"containerID": 1, "hostID": 4294967295, "size": 2}]}]})");
  REQUIRE(config.mounts.size() == 2);
  CHECK(config.mounts[0].destination.empty());
  const auto& mount = config.mounts[1];
  CHECK(mount.destination == "/data");
  CHECK(mount.type == "bind");
  CHECK(mount.source == "/srv");
  CHECK(mount.options == Texts{"rbind", "idmap"});
  CHECK(mount.uid_mappings == std::vector<IdMapping>{{0, 1000, 10}, {10, 2000, 5}});
  CHECK(mount.gid_mappings == std::vector<IdMapping>{{1, 4294967295, 2}});
}

TEST_CASE("the six kinds of hooks are told apart", "[spec]") {
  const auto hooks = parse_config(R"({"hooks": {
    "prestart": [{"path": "/a"}], "createRuntime": [{"path": "/b"}], "createContainer": [{"path": "/c"}],
    "startContainer": [{"path": "/d"}], "poststart": [{"path": "/e"}],
    "poststop": [{"path": "/f", "args": ["f", "x"], "env": ["A=1"], "timeout": 3}]}})")
                         .hooks;
  CHECK(hooks.prestart.at(0).path == "/a");
  CHECK(hooks.create_runtime.at(0).path == "/b");
  CHECK(hooks.create_container.at(0).path == "/c");
  CHECK(hooks.start_container.at(0).path == "/d");
  CHECK(hooks.poststart.at(0).path == "/e");
  CHECK_FALSE(hooks.poststart.at(0).timeout);
  const auto& last = hooks.poststop.at(0);
  CHECK(last.path == "/f");
  CHECK(last.args == Texts{"f", "x"});
  CHECK(last.env == Texts{"A=1"});
  CHECK(last.timeout == 3);
}

TEST_CASE("fields that are absent or null keep their defaults", "[spec]") {
  for (const auto* text : {"{}", R"({"root": null, "mounts": null, "process": null, "hooks": null, "linux": null,
                                     "annotations": null, "hostname": null})"}) {
    const auto config = parse_config(text);
    CHECK_FALSE(config.root);
    CHECK(config.mounts.empty());
    CHECK_FALSE(config.process);
    CHECK(config.hooks.poststop.empty());
    CHECK_FALSE(config.platform);
    CHECK(config.annotations.empty());
    CHECK(config.hostname.empty());
  }
}

TEST_CASE("a null among a list's items or a map's values is an empty value, as in Go", "[spec]") {
  const auto config = parse_config(R"({"mounts": [null], "annotations": {"a": null},
                                       "linux": {"netDevices": {"eth0": null}, "timeOffsets": {"boottime": null},
                                                 "resources": {"rdma": {"mlx": null}}}})");
  CHECK(config.mounts.size() == 1);
  CHECK(config.annotations == StringMap{{"a", ""}});
  CHECK(config.platform->net_devices.at(0).host_name == "eth0");
  CHECK(config.platform->time_offsets.at(0).clock == "boottime");
  CHECK(config.platform->resources->rdma.at(0).device == "mlx");
}

TEST_CASE("unknown fields are ignored, whatever they hold", "[spec]") {
  const auto config = parse_config(R"({"windows": {"layerFolders": [[["x"]], {"y": 1.5e300}]}, "hostname": "h",
                                       "linux": {"later": [null, true]}})");
  CHECK(config.hostname == "h");
  CHECK(config.platform);
}

TEST_CASE("the case of a field's name does not matter, but that of a map's key does", "[spec]") {
  const auto config = parse_config(R"({"HOSTNAME": "h", "Process": {"NoNewPrivileges": true},
                                       "annotations": {"A": "1", "a": "2"}})");
  CHECK(config.hostname == "h");
  CHECK(config.process->no_new_privileges);
  CHECK(config.annotations == StringMap{{"A", "1"}, {"a", "2"}});
}

TEST_CASE("of a name that occurs twice the last one wins", "[spec]") {
  const auto config = parse_config(R"({"hostname": "a", "root": {"path": "x"}, "hostname": "b",
                                       "annotations": {"k": "1", "l": "2", "k": "3"}, "root": null})");
  CHECK(config.hostname == "b");
  CHECK_FALSE(config.root);
  CHECK(config.annotations == StringMap{{"l", "2"}, {"k", "3"}});
}

TEST_CASE("a text's characters survive escaping", "[spec]") {
  CHECK(parse_config(R"({"hostname": "\"\\\/\b\f\n\r\t"})").hostname == "\"\\/\b\f\n\r\t");
  CHECK(parse_config(R"({"hostname": "\u0041\u00e9\u20AC\ud83d\ude00"})").hostname == "A\u00e9\u20ac\U0001F600");
  CHECK(parse_config("{\"hostname\": \"\u00e9\u20ac\U0001F600\"}").hostname == "\u00e9\u20ac\U0001F600");
  CHECK(parse_config(R"({"\u0068ostname": "a\nb", "domain\u006eame": "c\td"})").hostname == "a\nb");
}

TEST_CASE("half a surrogate pair is no text", "[spec]") {
  CHECK_THROWS_WITH(parse_config(R"({"hostname": "\ud83d"})"), Catch::Contains("surrogate"));
  CHECK_THROWS_WITH(parse_config(R"({"hostname": "\ude00x"})"), Catch::Contains("surrogate"));
  CHECK(parse_config(R"({"hostname": "\ud83d\ude00"})").hostname == "\U0001F600");
}

TEST_CASE("the default config reads back", "[spec]") {
  const auto config = parse_config(default_config(false, 0, 0));
  CHECK(config.oci_version == oci_version);
  CHECK(config.process->terminal);
  CHECK(config.process->args == Texts{"sh"});
  CHECK(config.process->capabilities->bounding.size() == 3);
  CHECK(config.process->capabilities->ambient.empty());
  CHECK(config.process->rlimits.at(0).hard == 1024);
  CHECK(config.root->readonly);
  CHECK(config.mounts.size() == 7);
  CHECK(config.mounts[2].options.back() == "gid=5");
  CHECK(config.platform->namespaces.size() == 5);
  CHECK_FALSE(config.platform->resources->devices.at(0).allow);
  CHECK(config.platform->masked_paths.size() == 10);
  CHECK(config.platform->readonly_paths.size() == 5);
}

TEST_CASE("the rootless default config maps root to the user and asks for nothing that a user cannot have", "[spec]") {
  const auto config = parse_config(default_config(true, 1000, 1001));
  CHECK(config.platform->uid_mappings == std::vector<IdMapping>{{0, 1000, 1}});
  CHECK(config.platform->gid_mappings == std::vector<IdMapping>{{0, 1001, 1}});
  CHECK_FALSE(config.platform->resources);
  CHECK(config.mounts[2].options.back() == "mode=0620");
  CHECK(config.mounts[5].source == "/sys");
  Texts types;
  for (const auto& space : config.platform->namespaces) types.push_back(space.type);
  CHECK(types == Texts{"pid", "ipc", "uts", "mount", "user"});
}

TEST_CASE("on a host with cgroup v2 only, the default config has a cgroup namespace", "[spec]") {
  const auto types = [](bool rootless) {
    const auto config = parse_config(default_config(rootless, 0, 0, true));
    Texts found;
    for (const auto& space : config.platform->namespaces) found.push_back(space.type);
    return found;
  };
  CHECK(types(false) == Texts{"pid", "network", "ipc", "uts", "mount", "cgroup"});
  CHECK(types(true) == Texts{"pid", "ipc", "uts", "mount", "cgroup", "user"});
}

TEST_CASE("the default config is laid out as runc's", "[spec]") {
  const auto text = default_config(false, 0, 0);
  CHECK(text.starts_with(
      "{\n\t\"ociVersion\": \"1.3.0\",\n\t\"process\": {\n\t\t\"terminal\": true,\n\t\t\"user\": {\n"));
  CHECK(text.ends_with("\t\t\t\"/proc/sysrq-trigger\"\n\t\t]\n\t}\n}"));
}

TEST_CASE("a map of very many keys is read, its double keys included", "[spec]") {
  std::string text = R"({"annotations": {)";
  for (int i = 0; i < 50'000; ++i) text += "\"" + std::to_string(i) + "\": \"\", ";
  text += R"("7": "last"}})";
  const auto annotations = parse_config(text).annotations;  // comparing each key with each other one took minutes
  CHECK(annotations.size() == 50'000);
  CHECK(annotations.back() == std::pair<std::string, std::string>{"7", "last"});
}
