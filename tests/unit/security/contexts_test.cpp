// SPDX-License-Identifier: Apache-2.0
#include "security/contexts.hpp"

#include <catch2/catch.hpp>

#include "base/error.hpp"

namespace corten::security {
namespace {

using Texts = std::vector<std::string>;

const ContainerLabels policy{"system_u:system_r:container_t:s0", "system_u:object_r:container_file_t:s0"};

ContainerLabels made(const Texts& options, const std::string& level = "s0:c1,c2") {
  return changed(policy, parse_label_options(options), level);
}

}  // namespace

TEST_CASE("the labels of a policy are those of its file", "[security]") {
  const auto labels = parse_container_labels(
      "# comment\nprocess = \"system_u:system_r:container_t:s0\"\n  file=system_u:object_r:container_file_t:s0 \n"
      "ro_file = \"system_u:object_r:container_ro_file_t:s0\"\nsandbox_kvm_process = \"a:b:c\"\n");
  CHECK(labels.process == policy.process);
  CHECK(labels.mount == policy.mount);
  for (const char* text : {"", "process = \"a:b:c:s0\"", "process = \"a:b:c\"\nfile = \"nothing\"", "process\nfile"}) {
    CAPTURE(text);
    CHECK(parse_container_labels(text).process.empty());
    CHECK(parse_container_labels(text).mount.empty());
  }
}

TEST_CASE("without options a container's labels have its level", "[security]") {
  CHECK(made({}).process == "system_u:system_r:container_t:s0:c1,c2");
  CHECK(made({}).mount == "system_u:object_r:container_file_t:s0:c1,c2");
  CHECK(made({}, "").process == policy.process);
}

TEST_CASE("each option changes its part, user and level also of the files", "[security]") {
  const auto labels = made({"user:user_u", "role:user_r", "type:spc_t", "level:s0:c9,c10", "filetype:user_home_t"});
  CHECK(labels.process == "user_u:user_r:spc_t:s0:c9,c10");
  CHECK(labels.mount == "user_u:object_r:user_home_t:s0:c9,c10");
  CHECK(made({"type:a_t", "type:b_t"}).process == "system_u:system_r:b_t:s0:c1,c2");
  CHECK_FALSE(parse_label_options({"type:a_t"}).disable);
  CHECK(parse_label_options({"type:a_t", "disable"}).disable);
}

TEST_CASE("options that cannot be are refused", "[security]") {
  for (const char* option : {"", "type", "type:", "label=type:a_t", "level", "Type:a", "disable:", "category:c1"}) {
    CAPTURE(option);
    CHECK_THROWS_WITH(parse_label_options({option}), Catch::StartsWith("the label option \"" + std::string{option}));
  }
  CHECK_THROWS_WITH(made({"type:a b"}), Catch::Contains("is not of the form user:role:type[:level]"));
  CHECK_THROWS_WITH(made({"level:s0\n"}), Catch::Contains("is not of the form"));
}

TEST_CASE("the options of a label make the same label again", "[security]") {
  const std::string label = "user_u:user_r:spc_t:s0:c9,c10";
  CHECK(options_of_label(label) == Texts{"user:user_u", "role:user_r", "type:spc_t", "level:s0:c9,c10"});
  CHECK(made(options_of_label(label)).process == label);
  CHECK(options_of_label("a:b:c") == Texts{"user:a", "role:b", "type:c"});
  CHECK(options_of_label("").empty());
  CHECK_THROWS_WITH(options_of_label("a:b"), R"("a:b" is not of the form user:role:type[:level])");
}

TEST_CASE("a shared label has no categories, a private one the last two", "[security]") {
  CHECK(shared_label("a:b:c:s0:c9,c10") == "a:b:c:s0");
  CHECK(shared_label("a:b:c") == "a:b:c");
  CHECK(private_mount_label(policy) == "system_u:object_r:container_file_t:s0:c1022,c1023");
  CHECK(private_mount_label({"a:b:c", "d:e:f"}) == "d:e:f");
  CHECK(level_of(7, 3) == "s0:c3,c7");
}

}  // namespace corten::security
