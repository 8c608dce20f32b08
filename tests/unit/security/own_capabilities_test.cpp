// SPDX-License-Identifier: Apache-2.0
#include "security/own_capabilities.hpp"

#include <linux/capability.h>

#include <catch2/catch.hpp>

#include "base/error.hpp"
#include "sys/capabilities.hpp"

namespace corten::security {
namespace {

constexpr auto chown_bit = sys::capability_bit(CAP_CHOWN);
constexpr auto kill_bit = sys::capability_bit(CAP_KILL);
constexpr auto setpcap_bit = sys::capability_bit(CAP_SETPCAP);

CapabilitySets sets(std::uint64_t bounding, std::uint64_t permitted, std::uint64_t inheritable = 0,
                    std::uint64_t ambient = 0) {
  return {.bounding = bounding,
          .effective = permitted,
          .inheritable = inheritable,
          .permitted = permitted,
          .ambient = ambient};
}

constexpr int last = 40;

}  // namespace

TEST_CASE("a thread may give up capabilities", "[security]") {
  const auto now = sets(chown_bit | kill_bit | setpcap_bit, chown_bit | kill_bit | setpcap_bit);
  CHECK_NOTHROW(check_change(now, now, last));
  CHECK_NOTHROW(check_change(now, {}, last));
  CHECK_NOTHROW(check_change(now, sets(kill_bit, chown_bit, kill_bit), last));
  CHECK_NOTHROW(check_change(now, sets(kill_bit, kill_bit, kill_bit, kill_bit), last));
}

TEST_CASE("what the kernel would refuse is refused by name before anything is changed", "[security]") {
  const auto root = sets(chown_bit | setpcap_bit, chown_bit | setpcap_bit);
  const auto refused = [&](const CapabilitySets& now, const CapabilitySets& wanted, const std::string& text) {
    CHECK_THROWS_WITH(check_change(now, wanted, last), Catch::Contains(text));
  };
  refused(root, sets(chown_bit | kill_bit, 0), "bounding capabilities: CAP_KILL: what has been dropped");
  refused(root, sets(chown_bit, kill_bit), "permitted capabilities: CAP_KILL");
  refused(root, sets(setpcap_bit, 0, chown_bit), "inheritable capabilities: CAP_CHOWN");
  refused(root, sets(chown_bit, chown_bit, 0, chown_bit), "ambient capabilities: CAP_CHOWN");
  auto more = sets(chown_bit, 0);
  more.effective = chown_bit;
  refused(root, more, "effective capabilities: CAP_CHOWN");
  const auto user = sets(chown_bit | kill_bit, chown_bit);
  refused(user, sets(chown_bit, 0), "bounding capabilities: CAP_KILL: dropping takes CAP_SETPCAP");
  refused(user, sets(chown_bit | kill_bit, 0, kill_bit), "inheritable capabilities: CAP_KILL");
  refused(root, sets(sys::capability_bit(41), 0), "the kernel's last one is 40");
  CHECK_NOTHROW(check_change(sets(~std::uint64_t{0}, 0), sets(~std::uint64_t{0}, 0), 63));
}

TEST_CASE("the sets of this thread are within one another, and may be set as they are", "[security]") {
  const auto now = own_capabilities();
  CHECK((now.effective & ~now.permitted) == 0);
  CHECK((now.ambient & ~(now.permitted & now.inheritable)) == 0);
  CHECK(now.bounding >> static_cast<unsigned>(last_capability()) <= 1);
  CHECK_NOTHROW(set_own_capabilities(now));
  CHECK(own_capabilities() == now);
}

}  // namespace corten::security
