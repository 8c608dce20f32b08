// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include <string>

#include "options.pb-c.h"
#include "shim/bootstrap/input.hpp"
#include "shim/message.hpp"
#include "shim/options.hpp"
#include "shim/toml.hpp"
#include "tests/unit/rootfs/temp_tree.hpp"

using namespace corten::shim;

namespace {

const std::string own = "containerd.runc.v1.Options", generic = "runtimeoptions.v1.Options";

std::string any_of(const std::string& type, const ProtobufCMessage& message) {
  const auto bytes = pack(message);
  Common__Any any = COMMON__ANY__INIT;
  any.type_url = lent(type);
  any.value = lent_bytes(bytes);
  return pack(any.base);
}

/// As containerd's configuration has them, for a runtime that it does not know.
Options generic_options(const std::string& body, const std::string& path = {}) {
  Options__Generic message = OPTIONS__GENERIC__INIT;
  message.config_body = lent_bytes(body);
  message.config_path = lent(path);
  const auto any = any_of(generic, message.base);
  return options_of(unpack<Common__Any>(common__any__descriptor, any).get());
}

}  // namespace

TEST_CASE("a table of options has names, and one value for each", "[shim]") {
  const auto lines = read_toml(
      "# comment\n\nflag = true\r\n  \"quoted name\"='C:\\x' # more\nnumber = -1_000\nescaped = \"a\\\"b\\u0041#\"\n"
      "plus=+7\n'bare'=\"\"\n");
  REQUIRE(lines.size() == 6);
  CHECK(lines[0].number == 3);
  CHECK(lines[0].name == "flag");
  CHECK(std::get<bool>(lines[0].value));
  CHECK(lines[1].name == "quoted name");
  CHECK(std::get<std::string>(lines[1].value) == "C:\\x");
  CHECK(std::get<std::int64_t>(lines[2].value) == -1000);
  CHECK(std::get<std::string>(lines[3].value) == "a\"bA#");
  CHECK(std::get<std::int64_t>(lines[4].value) == 7);
  CHECK(std::get<std::string>(lines[5].value).empty());
}

TEST_CASE("what is no table of options is refused with its line", "[shim]") {
  CHECK_THROWS_WITH(read_toml("a = 1\n[table]\n"), "line 2 of the options has no \"name = value\"");
  CHECK_THROWS_WITH(read_toml("= 1"), "line 1 of the options has no \"name = value\"");
  CHECK_THROWS_WITH(read_toml("a"), "line 1 of the options has no \"name = value\"");
  CHECK_THROWS_WITH(read_toml("a = 1 2"), "line 1 of the options has more than one value");
  CHECK_THROWS_WITH(read_toml("a = \"x"), "line 1 of the options has a string without an end");
  CHECK_THROWS_WITH(read_toml("a = \"x\\"), "line 1 of the options has a string without an end");
  CHECK_THROWS_WITH(read_toml("a = \"\\q\""), "line 1 of the options has a string that is none");
  CHECK_THROWS_WITH(read_toml("a = '''x'''"), "line 1 of the options has a string of several lines");
  const std::string no_value = "line 1 of the options has a value that is neither true, false, an integer nor a string";
  for (const char* text : {"a =", "a = yes", "a = 1.5", "a = [1]", "a = +true", "a = 99999999999999999999"}) {
    CHECK_THROWS_WITH(read_toml(text), Catch::Matchers::StartsWith(no_value));
  }
}

TEST_CASE("options come from containerd's message for runtimes that it does not know", "[shim]") {
  const auto options = generic_options(
      "BinaryName = '/usr/bin/runc'\nCriuPath = \"/opt/criu\"\nCriuWorkPath = \"/var/criu\"\nIoGid = 4\nIoUid = 1000\n"
      "NoNewKeyring = true\nnopivotroot = true\nRoot = \"/run/mine\"\nShimCgroup = '/shims'\nSystemdCgroup = true\n"
      "TypeUrl = ''\n");
  CHECK(options.systemd_cgroup);
  CHECK(options.no_pivot_root);
  CHECK(options.no_new_keyring);
  CHECK(options.root == "/run/mine");
  CHECK(options.shim_cgroup == "/shims");
  CHECK(options.criu_work == "/var/criu");
  CHECK(options.io_uid == 1000);
  CHECK(options.io_gid == 4);
  CHECK(generic_options("").root.empty());
}

TEST_CASE("a value of the wrong kind is refused", "[shim]") {
  CHECK_THROWS_WITH(generic_options("\nSystemdCgroup = 'yes'"),
                    "line 2 of the options: SystemdCgroup must be true or false");
  CHECK_THROWS_WITH(generic_options("Root = true"), "line 1 of the options: Root must be a string");
  CHECK_THROWS_WITH(generic_options("IoUid = -1"), "line 1 of the options: IoUid must be an id");
  CHECK_THROWS_WITH(generic_options("IoUid = 4294967295"), "line 1 of the options: IoUid must be an id");
}

TEST_CASE("options come from a file that containerd's configuration names", "[shim]") {
  corten::test::TempTree tree;
  const auto path = tree.file("options.toml", "Root = \"/run/file\"\n").path() + "/options.toml";
  CHECK(generic_options("", path).root == "/run/file");
  CHECK(generic_options("Root = '/run/body'", path).root == "/run/body");
  CHECK_THROWS(generic_options("", path + ".missing"));
}

TEST_CASE("the path of CRIU is taken, and means nothing, as with runc", "[shim]") {
  const std::string path = "/opt/criu", root = "/run/mine";
  Options__Runtime message = OPTIONS__RUNTIME__INIT;
  message.criu_path = lent(path);
  message.root = lent(root);
  const auto any = any_of(own, message.base);
  CHECK(options_of(unpack<Common__Any>(common__any__descriptor, any).get()).root == "/run/mine");
}

TEST_CASE("start reads options of either type", "[shim]") {
  const std::string body = "ShimCgroup = '/shims'";
  Options__Generic message = OPTIONS__GENERIC__INIT;
  message.config_body = lent_bytes(body);
  const auto bytes = any_of(generic, message.base);
  CHECK(read_start_input(bytes, "c1", "ns").options.shim_cgroup == "/shims");
  const auto any = unpack<Common__Any>(common__any__descriptor, bytes);
  const std::string id = "c1", name_space = "ns";
  Options__Extension extension = OPTIONS__EXTENSION__INIT;
  extension.value = any.get();
  Options__Extension* extensions = &extension;
  Options__Bootstrap bootstrap = OPTIONS__BOOTSTRAP__INIT;
  bootstrap.instance_id = lent(id);
  bootstrap.namespace_ = lent(name_space);
  bootstrap.n_extensions = 1;
  bootstrap.extensions = &extensions;
  CHECK(read_start_input(pack(bootstrap.base), "c1", "ns").options.shim_cgroup == "/shims");
}
