// SPDX-License-Identifier: Apache-2.0
// Groups of Intel RDT without a container. Usage: rdt ROOT, a directory in which this makes what the kernel shows in resctrl.
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include <corten/rdt.hpp>

#include "expect.hpp"

namespace {

namespace fs = std::filesystem;
using corten::RdtGroup;

std::string root;

void write(const std::string& path, const std::string& text) {
  fs::create_directories(fs::path{root + "/" + path}.parent_path());
  std::ofstream{root + "/" + path} << text;
}

std::string read(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream{root + "/" + path}.rdbuf();
  return text.str();
}

void make_tree() {
  write("schemata", "    L3:0=ff;1=ff\n");
  write("info/last_cmd_status", "mask f00 is out of range\n");
  write("info/L3/cbm_mask", "ff\n");
  write("info/L3/min_cbm_bits", "1\n");
  write("info/L3/num_closids", "16\n");
  write("info/L3_MON/mon_features", "llc_occupancy\n");
  write("gold/tasks", "");
  write("gold/schemata", "    L3:0=f;1=f\n");
  write("gold/mon_groups/box/tasks", "");
  write("gold/mon_groups/box/mon_data/mon_L3_00/llc_occupancy", "71\n");
}

void features() {
  const auto there = corten::rdt_features(root);
  EXPECT(there.cache && !there.bandwidth && there.monitoring);
  const auto none = corten::rdt_features(root + "/none");
  EXPECT(!none.cache && !none.bandwidth && !none.monitoring);
}

void shared_group() {
  RdtGroup group{"box", {.clos_id = "gold", .schemata = {"L3:0=3"}, .enable_monitoring = true}, root};
  EXPECT(group.path() == root + "/gold");
  group.add(4321);
  EXPECT(read("gold/tasks") == "4321");
  EXPECT(read("gold/mon_groups/box/tasks") == "4321");
  EXPECT(read("gold/schemata").starts_with("L3:0=3\n"));
  group.update({.clos_id = "gold", .l3_cache_schema = "L3:0=1"});
  EXPECT(read("gold/schemata").starts_with("L3:0=1\n"));
  write("gold/schemata", "    L3:0=1;1=f\n");
  const auto statistics = group.statistics();
  EXPECT(statistics.cache_schema == "L3:0=1;1=f");
  EXPECT(statistics.cache_usage && statistics.cache_usage->size() == 1 &&
         statistics.cache_usage->front().occupancy == 71);
  // The kernel's files go with the directory.
  fs::remove(root + "/gold/mon_groups/box/tasks");
  fs::remove_all(root + "/gold/mon_groups/box/mon_data");
  group.remove();
  EXPECT(!fs::exists(root + "/gold/mon_groups/box") && fs::exists(root + "/gold/tasks"));
  group.remove();
}

void own_group() {
  write("own/tasks", "");
  RdtGroup group{"own", {}, root};
  group.add(0);
  EXPECT(read("own/tasks") == std::to_string(::getpid()));
  fs::remove(root + "/own/tasks");
  group.remove();
  EXPECT(!fs::exists(root + "/own"));
}

/// The directory of a new group has none of the kernel's files here, which is a refusal.
void refused() {
  RdtGroup group{"fresh", {.schemata = {"L3:0=f00"}, .enable_monitoring = true}, root};
  EXPECT_ERROR(CORTEN_SYSTEM, "last_cmd_status: mask f00 is out of range", group.add(4321));
  EXPECT(!fs::exists(root + "/fresh"));
}

void errors() {
  EXPECT_ERROR(CORTEN_INVALID_ARGUMENT, "is no name of a group", RdtGroup("a/b", {}, root));
  EXPECT_ERROR(CORTEN_INVALID_ARGUMENT, "is no name of a group", RdtGroup("", {}, root));
  EXPECT_ERROR(CORTEN_INVALID_CONFIG, "ClosID", RdtGroup("box", {.clos_id = "../x"}, root));
  RdtGroup missing{"box", {.clos_id = "silver"}, root};
  EXPECT_ERROR(CORTEN_SYSTEM, "must be pre-created", missing.add(4321));
  EXPECT_ERROR(CORTEN_NOT_FOUND, "there is no group", missing.statistics());
  EXPECT_ERROR(CORTEN_NOT_FOUND, "there is no group", missing.update({.schemata = {"L3:0=1"}}));
  EXPECT_ERROR(CORTEN_INVALID_ARGUMENT, "-1 is no id", missing.add(-1));
  EXPECT(!fs::exists(root + "/silver"));
  if (!fs::exists("/sys/fs/resctrl")) {
    EXPECT_ERROR(CORTEN_NOT_FOUND, "not enabled", RdtGroup("box"));
    EXPECT(corten_rdt_features(nullptr) == 0);
  }
  const auto make = [](const char* settings) {
    corten::detail::call(&corten_rdt_group_new, root.c_str(), "box", settings);
  };
  EXPECT_ERROR(CORTEN_INVALID_CONFIG, "line 1", make("{"));
  EXPECT_ERROR(CORTEN_INVALID_CONFIG, "closID", make("{\"closID\":7}"));
  corten_rdt_group* const none = nullptr;
  EXPECT_ERROR(CORTEN_INVALID_ARGUMENT, "group is NULL", corten::detail::call(&corten_rdt_group_remove, none));
  EXPECT(corten_rdt_group_path(none) == nullptr);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  root = argv[1];
  make_tree();
  for (const auto part : {features, shared_group, own_group, refused, errors}) {
    try {
      part();
    } catch (const std::exception& error) {
      failed("threw", error.what());
    }
  }
  return failures == 0 ? 0 : 1;
}
