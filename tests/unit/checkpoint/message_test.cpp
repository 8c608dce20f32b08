// SPDX-License-Identifier: Apache-2.0
#include "checkpoint/message.hpp"

#include <catch2/catch.hpp>

#include "base/error.hpp"

using namespace corten;
using namespace corten::checkpoint;

namespace {

bool contains(const std::string& bytes, std::string_view part) { return bytes.find(part) != std::string::npos; }

/// A field's number and kind, as protobuf writes them.
std::string tag(unsigned number, unsigned kind) {
  std::string bytes;
  unsigned value = number << 3 | kind;
  for (; value > 0x7f; value >>= 7) bytes += static_cast<char>(value | 0x80);
  return bytes + static_cast<char>(value);
}

}  // namespace

TEST_CASE("requests have CRIU's numbers", "[checkpoint]") {
  CHECK(encode_version_request() == "\x08\x0a");
  CHECK(encode_feature_request({.memory_tracking = true}) == "\x08\x09\x2a\x02\x08\x01");
  CHECK(encode_notify_answer() == "\x08\x06\x18\x01");
}

TEST_CASE("options are encoded under their fields", "[checkpoint]") {
  CriuOptions options;
  options.images_dir_fd = 5;
  options.pid = 300;
  options.log_file = "dump.log";
  options.external = {"mnt[/a]:corten-0", "mnt[/b]:corten-1"};
  options.cgroup_roots = {{"cpu", "/c"}};
  options.inherit_fds = {{"pipe:[7]", 1}};
  options.join_namespaces = {{"ipc", "/p"}};
  options.page_server = PageServer{"1.2.3.4", 80};
  options.cgroup_mode = CgroupMode::ignore;
  const auto bytes = encode_request(Kind::dump, options);
  CHECK(bytes.starts_with("\x08\x01\x12"));
  CHECK(contains(bytes, std::string_view{"\x08\x05\x10\xac\x02", 5}));  // 1, 2
  CHECK(contains(bytes,
                 "\x48\x04\x52\x08"
                 "dump.log"));  // 9, 10
  CHECK(contains(bytes,
                 "\x5a\x0b\x0a\x07"
                 "1.2.3.4\x10\x50"));  // 11
  CHECK(contains(bytes,
                 "\xca\x01\x09\x0a\x03"
                 "cpu\x12\x02/c"));                                           // 25
  CHECK(contains(bytes, "\xda\x01\x0c\x0a\x08pipe:[7]\x10\x01"));             // 27
  CHECK(contains(bytes, std::string_view{"\x90\x02\x00", 3}));                // 34
  CHECK(contains(bytes, "\xaa\x02\x10mnt[/a]:corten-0\xaa\x02\x10mnt[/b]"));  // 37
  CHECK(contains(bytes, "\xba\x02\x09\x0a\x03ipc\x12\x02/p"));                // 39
}

TEST_CASE("each switch has CRIU's number", "[checkpoint]") {
  const auto [flag, number] = GENERATE(table<bool CriuOptions::*, unsigned>({{&CriuOptions::leave_running, 3},
                                                                             {&CriuOptions::ext_unix_sk, 4},
                                                                             {&CriuOptions::tcp_established, 5},
                                                                             {&CriuOptions::evasive_devices, 6},
                                                                             {&CriuOptions::shell_job, 7},
                                                                             {&CriuOptions::file_locks, 8},
                                                                             {&CriuOptions::track_memory, 15},
                                                                             {&CriuOptions::auto_dedup, 16},
                                                                             {&CriuOptions::link_remap, 18},
                                                                             {&CriuOptions::restore_sibling, 26},
                                                                             {&CriuOptions::tcp_skip_in_flight, 46},
                                                                             {&CriuOptions::lazy_pages, 48},
                                                                             {&CriuOptions::tcp_close, 52}}));
  CriuOptions options;
  CHECK(contains(encode_request(Kind::dump, options), tag(number, 0) + '\0'));
  options.*flag = true;
  CHECK(contains(encode_request(Kind::dump, options), tag(number, 0) + '\1'));
}

TEST_CASE("each text has CRIU's number", "[checkpoint]") {
  const auto [text, number] =
      GENERATE(table<std::string CriuOptions::*, unsigned>({{&CriuOptions::log_file, 10},
                                                            {&CriuOptions::root, 13},
                                                            {&CriuOptions::parent_image, 14},
                                                            {&CriuOptions::freeze_cgroup, 44},
                                                            {&CriuOptions::config_file, 51},
                                                            {&CriuOptions::lsm_profile, 53},
                                                            {&CriuOptions::lsm_mount_context, 63}}));
  CriuOptions options;
  options.*text = "the text";
  CHECK(contains(encode_request(Kind::restore, options), tag(number, 2) + "\x08the text"));
}

TEST_CASE("an option that is not set is not sent", "[checkpoint]") {
  const auto bytes = encode_request(Kind::restore, {});
  CHECK_FALSE(contains(bytes, "\x52"));      // log_file
  CHECK_FALSE(contains(bytes, "\xaa\x02"));  // external
}

TEST_CASE("answers are read", "[checkpoint]") {
  const auto failed = decode_response(std::string_view{"\x08\x01\x10\x00\x38\x11", 6});
  CHECK(failed.kind == Kind::dump);
  CHECK_FALSE(failed.success);
  CHECK(failed.error == 17);
  const auto notified = decode_response(
      "\x08\x06\x10\x01\x2a\x08\x0a\x04"
      "done\x10\x07");
  CHECK(notified.kind == Kind::notify);
  CHECK(notified.script == "done");
  CHECK(notified.pid == 7);
  const auto version = decode_response("\x08\x0a\x10\x01\x52\x06\x08\x04\x10\x01\x20\x02");
  CHECK(version.version == Version{4, 1, 2});
  CHECK(to_text(version.version) == "4.1.2");
}

TEST_CASE("what is no answer is an error", "[checkpoint]") {
  CHECK_THROWS_AS(decode_response("\xff\xff\xff"), Error);
  CHECK_THROWS_AS(decode_response(""), Error);
}

TEST_CASE("versions are compared by their parts", "[checkpoint]") {
  CHECK(Version{3, 9, 9} < Version{3, 15, 0});
  CHECK(Version{4, 0, 0} > Version{3, 19, 0});
}
