// SPDX-License-Identifier: Apache-2.0
#include "config/annotations.hpp"

#include <catch2/catch.hpp>

using namespace corten;

TEST_CASE("annotations: nothing is asked for by none, nor by those of others", "[config]") {
  for (const auto& read :
       {config::read_annotations({}), config::read_annotations({{"org.example", "1"}, {"run.oci.new", "1"}})}) {
    CHECK_FALSE(read.keep_groups);
    CHECK_FALSE(read.refuse_unknown_calls);
    CHECK(read.filter.empty());
    CHECK(read.filter_receiver.empty());
    CHECK(read.pidfd_receiver.empty());
    CHECK(read.mount_context == "context");
    CHECK(read.hook_files.output.empty());
    CHECK(read.hook_files.errors.empty());
    CHECK(read.subgroup.empty());
    CHECK(read.delegated.empty());
    CHECK(read.systemd_hierarchy.empty());
  }
}

TEST_CASE("annotations: each is read", "[config]") {
  const auto read = config::read_annotations({{"run.oci.keep_original_groups", "1"},
                                              {"run.oci.seccomp_fail_unknown_syscall", ""},
                                              {"run.oci.seccomp.receiver", "/run/agent"},
                                              {"run.oci.pidfd_receiver", "/run/pidfd"},
                                              {"run.oci.mount_context_type", "rootcontext"},
                                              {"run.oci.hooks.stdout", "/var/log/out"},
                                              {"run.oci.hooks.stderr", "/var/log/err"},
                                              {"run.oci.seccomp_bpf_data", "BgAAAAAA/38="},
                                              {"run.oci.systemd.subgroup", "container"},
                                              {"run.oci.delegate-cgroup", "a/b.scope"},
                                              {"run.oci.systemd.force_cgroup_v1", "/sys/fs//cgroup/"}});
  CHECK(read.keep_groups);
  CHECK(read.refuse_unknown_calls);
  CHECK(read.filter_receiver == "/run/agent");
  CHECK(read.pidfd_receiver == "/run/pidfd");
  CHECK(read.mount_context == "rootcontext");
  CHECK(read.hook_files.output == "/var/log/out");
  CHECK(read.hook_files.errors == "/var/log/err");
  CHECK(read.subgroup == "container");
  CHECK(read.delegated == "a/b.scope");
  CHECK(read.systemd_hierarchy == "/sys/fs/cgroup");
  CHECK(read.filter == std::string("\x06\0\0\0\0\0\xff\x7f", 8));
}

TEST_CASE("annotations: \"0\" switches off", "[config]") {
  const auto read =
      config::read_annotations({{"run.oci.keep_original_groups", "0"}, {"run.oci.seccomp_fail_unknown_syscall", "0"}});
  CHECK_FALSE(read.keep_groups);
  CHECK_FALSE(read.refuse_unknown_calls);
}

TEST_CASE("annotations: what cannot be is an error with the name", "[config]") {
  const auto refused = [](const std::string& name, const std::string& value) {
    CHECK_THROWS_WITH(config::read_annotations({{name, value}}), Catch::Contains(name));
  };
  for (const auto* name :
       {"run.oci.hooks.stdout", "run.oci.hooks.stderr", "run.oci.pidfd_receiver", "run.oci.seccomp.receiver"}) {
    refused(name, "relative");
    refused(name, "");
  }
  for (const auto* value : {"", "?", "AAAA", "BgAAAAAA/38"}) refused("run.oci.seccomp_bpf_data", value);
  for (const auto* name : {"run.oci.systemd.subgroup", "run.oci.delegate-cgroup"}) {
    for (const auto* value : {"/", "/a", "a/", "a//b", ".", "..", "a/../b", "../a", "a\nb"}) refused(name, value);
    CHECK_NOTHROW(config::read_annotations({{name, ""}}));
  }
  for (const auto* value : {"", "sys/fs/cgroup"}) refused("run.oci.systemd.force_cgroup_v1", value);
  refused("run.oci.mount_context_type", "seclabel");
  refused("run.oci.handler", "krun");
}

TEST_CASE("annotations: a pod's sandbox needs no handler", "[config]") {
  CHECK_NOTHROW(
      config::read_annotations({{"run.oci.handler", "krun"}, {"io.kubernetes.cri.container-type", "sandbox"}}));
  CHECK_THROWS(
      config::read_annotations({{"run.oci.handler", "krun"}, {"io.kubernetes.cri.container-type", "container"}}));
}
