// SPDX-License-Identifier: Apache-2.0
#include "config/sysctl.hpp"

#include <catch2/catch.hpp>

#include "base/error.hpp"

namespace corten::config {
namespace {

spec::StringMap check(const std::string& name, const std::vector<std::string>& namespaces, bool host_network = false) {
  spec::Config config;
  config.platform.emplace();
  for (const auto& type : namespaces) config.platform->namespaces.push_back({type, ""});
  config.platform->sysctl = {{name, "1"}};
  return plan_sysctl(config, host_network);
}

}  // namespace

TEST_CASE("a sysctl is allowed with the namespace that it belongs to", "[config]") {
  CHECK(check("kernel.shmmax", {"ipc"}) == spec::StringMap{{"kernel.shmmax", "1"}});
  CHECK(check("fs.mqueue.msg_max", {"ipc"}) == spec::StringMap{{"fs.mqueue.msg_max", "1"}});
  CHECK(check("net.ipv4.ip_forward", {"network"}) == spec::StringMap{{"net.ipv4.ip_forward", "1"}});
  CHECK(check("net/ipv4/conf/eth0.1/forwarding", {"network"}) ==
        spec::StringMap{{"net/ipv4/conf/eth0.1/forwarding", "1"}});
  CHECK(check("net.ipv4.conf.eth0/1.forwarding", {"network"}) ==
        spec::StringMap{{"net.ipv4.conf.eth0/1.forwarding", "1"}});
  CHECK(check("kernel.domainname", {"uts"}) == spec::StringMap{{"kernel.domainname", "1"}});
  CHECK(check("user.max_net_namespaces", {"user"}) == spec::StringMap{{"user.max_net_namespaces", "1"}});
}

TEST_CASE("a sysctl is refused without it", "[config]") {
  CHECK_THROWS_WITH(check("kernel.shmmax", {}), "sysctl \"kernel.shmmax\" is not allowed in the hosts ipc namespace");
  CHECK_THROWS_WITH(check("net.x", {"ipc"}), "sysctl \"net.x\" not allowed in host network namespace");
  CHECK_THROWS_WITH(check("net.x", {"network"}, true), "sysctl \"net.x\" not allowed in host network namespace");
  CHECK_THROWS_WITH(check("kernel.hostname", {"uts"}),
                    "sysctl \"kernel.hostname\" is not allowed as it conflicts with the OCI \"hostname\" field");
  CHECK_THROWS_WITH(check("user.x", {"network"}), "setting ucounts without a user namespace not allowed: user.x");
  CHECK_THROWS_WITH(check("kernel.core_pattern", {"ipc", "network", "uts", "user"}),
                    "sysctl \"kernel.core_pattern\" is not in a separate kernel namespace");
  CHECK_THROWS_WITH(check("vm.swappiness", {"ipc"}), "sysctl \"vm.swappiness\" is not in a separate kernel namespace");
}

TEST_CASE("a sysctl's name leads nowhere else", "[config]") {
  for (const std::string name :
       {"net/../kernel/core_pattern", "net.//.kernel.core_pattern", "net..x", "net/./x", "net.", "", "net.a/../x"}) {
    CAPTURE(name);
    CHECK_THROWS_WITH(check(name, {"network"}), Catch::EndsWith("is not a name"));
  }
}

TEST_CASE("no linux object has no sysctls", "[config]") { CHECK(plan_sysctl({}, false).empty()); }

}  // namespace corten::config
