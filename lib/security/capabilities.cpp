// SPDX-License-Identifier: Apache-2.0
#include "security/capabilities.hpp"

#include <linux/capability.h>
#include <sys/capability.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>

#include "base/log.hpp"
#include "sys/syscall.hpp"

namespace corten::security {
namespace {

constexpr std::uint64_t bit(int capability) { return std::uint64_t{1} << static_cast<unsigned>(capability); }

constexpr std::uint32_t low(std::uint64_t set) { return static_cast<std::uint32_t>(set); }
constexpr std::uint32_t high(std::uint64_t set) { return static_cast<std::uint32_t>(set >> 32U); }

/// "CAP_CHOWN", or the number where our libcap is older than the kernel.
std::string name_of(int capability) {
  char* name = ::cap_to_name(capability);
  if (name == nullptr) return std::to_string(capability);
  std::string text{name};
  ::cap_free(name);
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::toupper(c); });
  return text;
}

using Data = std::array<__user_cap_data_struct, 2>;

}  // namespace

std::uint64_t capability_bits(const std::vector<std::string>& names, std::vector<std::string>& unknown) {
  std::uint64_t bits = 0;
  const int last = last_capability();
  for (const auto& name : names) {
    cap_value_t value = -1;
    // cap_from_name() takes any case, but the spec's names are upper case; numbers are no names.
    const bool named = name.rfind("CAP_", 0) == 0 && ::cap_from_name(name.c_str(), &value) == 0;
    if (named && value <= last) {
      bits |= bit(value);
    } else {
      unknown.push_back(name);
    }
  }
  return bits;
}

std::vector<std::string> capability_names() {
  std::vector<std::string> names;
  for (int capability = 0; capability <= last_capability(); ++capability) {
    auto name = name_of(capability);
    if (std::isdigit(static_cast<unsigned char>(name[0])) != 0) break;  // newer than our libcap
    names.push_back(std::move(name));
  }
  return names;
}

int last_capability() {
  static const int last = [] {
    int capability = CAP_LAST_CAP;
    while (capability < 63 && ::prctl(PR_CAPBSET_READ, capability + 1, 0, 0, 0) >= 0) ++capability;
    while (capability > 0 && ::prctl(PR_CAPBSET_READ, capability, 0, 0, 0) < 0) --capability;
    return capability;
  }();
  return last;
}

void drop_bounding(const CapabilitySets& sets) {
  for (int capability = 0; capability < 64; ++capability) {
    if ((sets.bounding & bit(capability)) != 0) continue;
    const int result = sys::attempt([&] { return ::prctl(PR_CAPBSET_DROP, capability, 0, 0, 0); });
    if (result == -EINVAL) return;  // past the kernel's last one
    if (result < 0) throw_errno("dropping a capability from the bounding set", -result);
  }
}

void apply(const CapabilitySets& sets) {
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  Data data{{{low(sets.effective), low(sets.permitted), low(sets.inheritable)},
             {high(sets.effective), high(sets.permitted), high(sets.inheritable)}}};
  sys::check("setting the capabilities", [&] { return ::syscall(SYS_capset, &header, data.data()); });

  sys::check("clearing the ambient capabilities",
             [] { return ::prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0); });
  for (int capability = 0; capability < 64; ++capability) {
    if ((sets.ambient & bit(capability)) == 0) continue;
    // The kernel refuses one that is not also permitted and inheritable; runc bears that, and so do its users.
    const int result = sys::attempt([&] { return ::prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, capability, 0, 0); });
    if (result < 0) log::warn("can't raise ambient capability " + name_of(capability) + ": " + errno_text(-result));
  }

  Data now{};
  sys::check("reading the capabilities back", [&] { return ::syscall(SYS_capget, &header, now.data()); });
  for (std::size_t half = 0; half < now.size(); ++half) {
    if (now[half].effective != data[half].effective || now[half].permitted != data[half].permitted ||
        now[half].inheritable != data[half].inheritable) {
      throw Error{"the kernel did not take the capabilities as they were set"};
    }
  }
}

}  // namespace corten::security
