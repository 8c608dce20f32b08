// SPDX-License-Identifier: Apache-2.0
#include "security/container_labels.hpp"

#include <fcntl.h>
#include <sys/random.h>

#include <array>
#include <cstdint>
#include <mutex>
#include <set>
#include <string_view>

#include "base/error.hpp"
#include "base/text.hpp"
#include "security/labels.hpp"
#include "sys/file.hpp"
#include "sys/syscall.hpp"

namespace corten::security {
namespace {

/// The levels in use.
class Levels {
 public:
  void reserve(const std::string& level) {
    const std::lock_guard lock{mutex_};
    used_.insert(level);
  }

  void release(const std::string& level) {
    const std::lock_guard lock{mutex_};
    used_.erase(level);
  }

  /// One that was not in use.
  std::string pick() {
    constexpr int most_tries = 10000;
    const std::lock_guard lock{mutex_};
    for (int tries = 0; tries < most_tries; ++tries) {
      std::array<std::uint16_t, 2> random{};
      sys::check("getrandom", [&] { return ::getrandom(random.data(), sizeof random, 0); });
      const unsigned one = random[0] % category_count;
      const unsigned other = random[1] % category_count;
      const auto level = level_of(one, other);
      if (one == other || level == level_of(category_count - 2, category_count - 1)) continue;
      if (used_.insert(level).second) return level;
    }
    throw Error{"nearly all pairs of SELinux categories are in use"};
  }

 private:
  std::mutex mutex_;
  std::set<std::string> used_;
};

Levels& levels() {
  static Levels the_levels;
  return the_levels;
}

/// The name of the policy: SELINUXTYPE of its configuration.
std::string policy_name() {
  constexpr std::string_view key = "SELINUXTYPE=";
  const auto text = sys::read_file_if_exists(AT_FDCWD, "/etc/selinux/config").value_or("");
  for (const auto line : split(text, '\n')) {
    const auto setting = trim(line);
    if (setting.starts_with(key)) return std::string{trim(setting.substr(key.size()))};
  }
  return "targeted";
}

/// What container-selinux installs, or else the policy's own.
ContainerLabels policy_labels() {
  auto text = sys::read_file_if_exists(AT_FDCWD, "/usr/share/containers/selinux/contexts");
  if (!text) {
    text = sys::read_file_if_exists(AT_FDCWD, "/etc/selinux/" + policy_name() + "/contexts/lxc_contexts");
  }
  return parse_container_labels(text.value_or(""));
}

std::string level_in(const std::string& label) { return label.empty() ? std::string{} : parse_context(label).level; }

}  // namespace

ContainerLabels new_container_labels(const std::vector<std::string>& options) {
  const auto wanted = parse_label_options(options);
  if (!selinux_enabled()) return {};
  const auto policy = policy_labels();
  if (policy.process.empty()) return {};
  if (wanted.disable) return {{}, private_mount_label(policy)};
  const bool picks = wanted.level.empty() && !level_in(policy.process).empty();
  const auto level = picks ? levels().pick() : wanted.level;
  try {
    auto labels = changed(policy, wanted, level);
    reserve_level(labels.process);
    return labels;
  } catch (...) {
    if (picks) levels().release(level);
    throw;
  }
}

void reserve_level(const std::string& label) {
  if (const auto level = level_in(label); !level.empty()) levels().reserve(level);
}

void release_level(const std::string& label) {
  if (const auto level = level_in(label); !level.empty()) levels().release(level);
}

}  // namespace corten::security
