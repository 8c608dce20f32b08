// SPDX-License-Identifier: Apache-2.0
#include "spec/features.hpp"

#include <catch2/catch.hpp>

using namespace corten::spec;

TEST_CASE("features are printed in runc's order and indent", "[spec]") {
  Features features;
  features.oci_version_min = "1.0.0";
  features.oci_version_max = "1.3.0";
  features.hooks = {"prestart", "poststop"};
  features.mount_options = {"ro", "rro"};
  auto& platform = features.platform;
  platform.namespaces = {"mount"};
  platform.capabilities = {"CAP_KILL"};
  platform.cgroup = {.v1 = true, .v2 = true, .rdma = true};
  platform.seccomp =
      SeccompFeatures{true, {"SCMP_ACT_ALLOW"}, {"SCMP_CMP_EQ"}, {"SCMP_ARCH_X86"}, {"KNOWN"}, {"SUPPORTED"}};
  platform.apparmor.enabled = platform.intel_rdt.enabled = platform.net_devices.enabled = true;
  platform.mount_extensions.idmap.enabled = true;
  platform.memory_policy = {.modes = {"MPOL_BIND"}, .flags = {"MPOL_F_STATIC_NODES"}};
  features.annotations = {{"z", "1"}, {"a", "2"}};
  features.potentially_unsafe_annotations = {"bundle"};
  CHECK(features_json(features) == R"({
    "ociVersionMin": "1.0.0",
    "ociVersionMax": "1.3.0",
    "hooks": [
        "prestart",
        "poststop"
    ],
    "mountOptions": [
        "ro",
        "rro"
    ],
    "linux": {
        "namespaces": [
            "mount"
        ],
        "capabilities": [
            "CAP_KILL"
        ],
        "cgroup": {
            "v1": true,
            "v2": true,
            "systemd": false,
            "systemdUser": false,
            "rdma": true
        },
        "seccomp": {
            "enabled": true,
            "actions": [
                "SCMP_ACT_ALLOW"
            ],
            "operators": [
                "SCMP_CMP_EQ"
            ],
            "archs": [
                "SCMP_ARCH_X86"
            ],
            "knownFlags": [
                "KNOWN"
            ],
            "supportedFlags": [
                "SUPPORTED"
            ]
        },
        "apparmor": {
            "enabled": true
        },
        "selinux": {
            "enabled": false
        },
        "intelRdt": {
            "enabled": true,
            "schemata": false,
            "monitoring": false
        },
        "memoryPolicy": {
            "modes": [
                "MPOL_BIND"
            ],
            "flags": [
                "MPOL_F_STATIC_NODES"
            ]
        },
        "mountExtensions": {
            "idmap": {
                "enabled": true
            }
        },
        "netDevices": {
            "enabled": true
        }
    },
    "annotations": {
        "a": "2",
        "z": "1"
    },
    "potentiallyUnsafeConfigAnnotations": [
        "bundle"
    ]
}
)");
}

TEST_CASE("without seccomp the features say nothing of it, and an object without members stays on its line", "[spec]") {
  const auto text = features_json({});
  CHECK(text.find("seccomp") == std::string::npos);
  CHECK(text.find("\"memoryPolicy\": {},\n") != std::string::npos);
}
