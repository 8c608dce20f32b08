// SPDX-License-Identifier: Apache-2.0
// Capabilities: their names, and those of one thread, which others do not lose with it. Needs root.
#include <linux/capability.h>

#include <algorithm>
#include <cerrno>
#include <thread>

#include <corten/capabilities.hpp>

#include "expect.hpp"

namespace {

namespace capabilities = corten::capabilities;

constexpr std::uint64_t bit(int capability) { return std::uint64_t{1} << static_cast<unsigned>(capability); }

void names() {
  const auto known = capabilities::known();
  EXPECT(known.size() > CAP_WAKE_ALARM && known.size() <= static_cast<std::size_t>(capabilities::last()) + 1);
  EXPECT(known.at(CAP_CHOWN) == "CAP_CHOWN" && known.at(CAP_KILL) == "CAP_KILL");
  EXPECT(capabilities::number("CAP_SYS_ADMIN") == CAP_SYS_ADMIN);
  EXPECT(!capabilities::number("cap_sys_admin") && !capabilities::number("SYS_ADMIN") && !capabilities::number(""));
  EXPECT(corten_capability_number(nullptr) == -1 && corten_capability_name(-1) == nullptr);
  EXPECT(corten_capability_name(64) == nullptr);
  EXPECT(capabilities::bits({"CAP_CHOWN", "CAP_NONE", "CAP_KILL"}) == (bit(CAP_CHOWN) | bit(CAP_KILL)));
}

void give_up() {
  auto sets = capabilities::of_this_thread();
  sets.bounding &= ~bit(CAP_SYS_BOOT);
  sets.permitted = sets.effective = bit(CAP_KILL) | bit(CAP_CHOWN);
  sets.inheritable = sets.ambient = bit(CAP_KILL);
  capabilities::set_in_this_thread(sets);
  EXPECT(capabilities::of_this_thread() == sets);
  sets.permitted |= bit(CAP_SYS_ADMIN);
  EXPECT(EXPECT_ERROR(CORTEN_SYSTEM, "permitted capabilities: CAP_SYS_ADMIN", capabilities::set_in_this_thread(sets)) ==
         EPERM);
  sets = capabilities::of_this_thread();
  sets.ambient |= bit(CAP_CHOWN);
  EXPECT_ERROR(CORTEN_SYSTEM, "ambient capabilities: CAP_CHOWN", capabilities::set_in_this_thread(sets));
  sets.ambient = 0;
  sets.bounding = 0;
  EXPECT_ERROR(CORTEN_SYSTEM, "CAP_SETPCAP", capabilities::set_in_this_thread(sets));
  EXPECT((capabilities::of_this_thread().ambient == bit(CAP_KILL)));  // nothing was changed
}

void wrong_arguments() {
  using corten::detail::call;
  corten_capability_sets sets{};
  EXPECT_ERROR(CORTEN_INVALID_ARGUMENT, "sets is NULL",
               call(&corten_capabilities_read, static_cast<corten_capability_sets*>(nullptr)));
  EXPECT_ERROR(CORTEN_INVALID_ARGUMENT, "size is not set", call(&corten_capabilities_read, &sets));
  EXPECT_ERROR(CORTEN_INVALID_ARGUMENT, "size is not set",
               call(&corten_capabilities_set, static_cast<const corten_capability_sets*>(&sets)));
  auto all = capabilities::of_this_thread();
  all.bounding = ~std::uint64_t{0};
  EXPECT_ERROR(CORTEN_INVALID_ARGUMENT, "the kernel's last one is", capabilities::set_in_this_thread(all));
}

}  // namespace

int main() {
  try {
    names();
    wrong_arguments();
    const auto before = capabilities::of_this_thread();
    EXPECT((before.effective & bit(CAP_SETPCAP)) != 0);
    std::thread{give_up}.join();
    EXPECT(capabilities::of_this_thread() == before);
  } catch (const corten::Error& error) {
    failed("capabilities", error.what());
  }
  return failures == 0 ? 0 : 1;
}
