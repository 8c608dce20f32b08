// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include <vector>

#include "options.pb-c.h"
#include "shim/bootstrap/command_line.hpp"
#include "shim/bootstrap/input.hpp"
#include "shim/bootstrap/sha256.hpp"
#include "shim/message.hpp"

using namespace corten::shim;

namespace {

CommandLine parse(const std::vector<const char*>& words) { return parse_command_line(words); }

const std::string options_type = "containerd.runc.v1.Options";

/// Options with a root, in an Any.
std::string options_any(const std::string& type) {
  const std::string root = "/run/mine";
  Options__Runtime options = OPTIONS__RUNTIME__INIT;
  options.root = lent(root);
  options.systemd_cgroup = 1;
  options.io_uid = 1000;
  const auto bytes = pack(options.base);
  Common__Any any = COMMON__ANY__INIT;
  any.type_url = lent(type);
  any.value = lent_bytes(bytes);
  return pack(any.base);
}

}  // namespace

TEST_CASE("the command line is Go's: one dash or two, values behind or after an equals sign", "[shim]") {
  const auto line = parse(
      {"-namespace", "k8s.io", "--id=c1", "-address", "/run/c.sock", "-publish-binary", "/bin/c", "-debug", "start"});
  CHECK(line.name_space == "k8s.io");
  CHECK(line.id == "c1");
  CHECK(line.address == "/run/c.sock");
  CHECK(line.publish_binary == "/bin/c");
  CHECK(line.debug);
  CHECK(line.action == "start");
  CHECK(parse({"-v"}).version);
  CHECK(parse({"-info"}).info);
  CHECK_FALSE(parse({"-debug=false"}).debug);
  CHECK(parse({"-id", "-x", "delete"}).id == "-x");
  CHECK(parse({}).action.empty());
}

TEST_CASE("flags that are unknown, without a value or with a bad one are refused", "[shim]") {
  CHECK_THROWS_WITH(parse({"-what", "start"}), "flag provided but not defined: -what");
  CHECK_THROWS_WITH(parse({"-id"}), "flag needs an argument: -id");
  CHECK_THROWS_WITH(parse({"-debug=maybe"}), "invalid value maybe of -debug");
}

TEST_CASE("the name of a socket is the SHA-256 of what it stands for", "[shim]") {
  // FIPS 180-4's examples, and one whose padding needs a block of its own.
  CHECK(sha256("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(sha256("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq") ==
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  CHECK(sha256(std::string(1'000'000, 'a')) == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST_CASE("start reads its options from an Any", "[shim]") {
  const auto input = read_start_input(options_any(options_type), "c1", "ns");
  CHECK(input.options.root == "/run/mine");
  CHECK(input.options.systemd_cgroup);
  CHECK(input.options.io_uid == 1000);
  CHECK(input.socket_directory == "/run/containerd/s");
  CHECK(read_start_input(options_any("some.other/" + options_type), "c1", "ns").options.root == "/run/mine");
  CHECK(read_start_input(options_any("an.other.Type"), "c1", "ns").options.root.empty());
  CHECK(read_start_input("", "c1", "ns").options.root.empty());
  CHECK(read_start_input("\xff\xff", "c1", "ns").options.root.empty());
}

TEST_CASE("start reads the message of containerd 2.3, too", "[shim]") {
  const auto packed = options_any(options_type);
  const auto any = unpack<Common__Any>(common__any__descriptor, packed);
  const std::string id = "c1", name_space = "ns", directory = "/run/s";
  Options__Extension extension = OPTIONS__EXTENSION__INIT;
  extension.value = any.get();
  std::vector<Options__Extension*> extensions{&extension};
  Options__Bootstrap bootstrap = OPTIONS__BOOTSTRAP__INIT;
  bootstrap.instance_id = lent(id);
  bootstrap.namespace_ = lent(name_space);
  bootstrap.n_extensions = extensions.size();
  bootstrap.extensions = extensions.data();
  bootstrap.socket_dir = lent(directory);
  const auto bytes = pack(bootstrap.base);
  const auto input = read_start_input(bytes, "c1", "ns");
  CHECK(input.options.root == "/run/mine");
  CHECK(input.socket_directory == "/run/s");
  CHECK(read_start_input(bytes, "another", "ns").socket_directory == "/run/containerd/s");
}

TEST_CASE("states are where the shim of runc has them", "[shim]") {
  CHECK(state_root("", "k8s.io") == "/run/containerd/runc/k8s.io");
  CHECK(state_root("/run/mine", "k8s.io") == "/run/mine/k8s.io");
}
