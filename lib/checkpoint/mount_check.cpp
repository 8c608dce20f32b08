// SPDX-License-Identifier: Apache-2.0
#include "checkpoint/mount_check.hpp"

#include <fmt/core.h>
#include <sys/mount.h>

#include <algorithm>

#include "base/error.hpp"
#include "base/named_table.hpp"
#include "base/text.hpp"

namespace corten::checkpoint {
namespace {

/// As /proc/PID/mountinfo has them.
constexpr auto flag_names = named_table<std::uint64_t>({
    {"nodev", MS_NODEV},
    {"noexec", MS_NOEXEC},
    {"nosuid", MS_NOSUID},
    {"nosymfollow", MS_NOSYMFOLLOW},
    {"ro", MS_RDONLY},
});

std::uint64_t parse_flags(std::string_view text) {
  std::uint64_t flags = 0;
  for (const auto word : split(text, ',')) {
    if (const auto flag = flag_names.find(word)) flags |= *flag;
  }
  return flags;
}

std::string to_text(std::uint64_t flags) {
  std::vector<std::string> names;
  for (const auto& row : flag_names.rows) {
    if ((flags & row.value) != 0) names.emplace_back(row.name);
  }
  return join(names, ",");
}

std::optional<MountNow> parse_line(std::string_view line) {
  // proc_pid_mountinfo(5): id parent device root point options [optional fields] - type source options
  constexpr std::size_t fixed = 6;
  const auto words = split(line, ' ');
  const auto dash = words.size() > fixed ? std::find(words.begin() + fixed, words.end(), "-") : words.end();
  if (words.end() - dash < 4) return std::nullopt;
  const auto id = parse_number<std::uint64_t>(words[0]);
  if (!id) return std::nullopt;
  MountNow mount;
  mount.id = *id;
  mount.device = words[2];
  mount.root = unescape(words[3]);
  mount.point = unescape(words[4]);
  mount.type = dash[1];
  // A file system that is read-only as a whole is so on each of its mounts.
  mount.flags = parse_flags(words[5]) | (parse_flags(dash[3]) & MS_RDONLY);
  return mount;
}

bool is_strict(const MountNow& now, std::uint64_t flags) { return (flags & ~now.flags) == 0; }

bool is_readonly(const ExternalMount& mount) { return (mount.flags & MS_RDONLY) != 0; }

/// Does `inner` show `outer`, or a part of it?
bool is_within(const MountNow& inner, const MountNow& outer) {
  if (inner.device != outer.device || !inner.root.starts_with(outer.root)) return false;
  return inner.root.size() == outer.root.size() || outer.root.ends_with('/') || inner.root[outer.root.size()] == '/';
}

/// Pairs wanted mounts with those that are there, each of which is taken once.
class Matching {
 public:
  Matching(const std::vector<WantedMount>& wanted, const std::vector<MountNow>& now)
      : wanted_{wanted}, now_{now}, found_(wanted.size(), nullptr) {}

  std::vector<FoundMount> run() {
    take([](const WantedMount& want, const MountNow& mount) { return want.here == mount.id; });
    take([](const WantedMount&, const MountNow&) { return true; });
    std::vector<FoundMount> found;
    for (std::size_t i = 0; i < wanted_.size(); ++i) {
      if (found_[i] == nullptr) {
        check_absent(wanted_[i]);
      } else {
        check_alone(*found_[i]);
        found.push_back({wanted_[i].mount, *found_[i]});
      }
    }
    return found;
  }

 private:
  [[nodiscard]] bool is_taken(const MountNow& mount) const { return std::ranges::find(found_, &mount) != found_.end(); }

  template <class Where>
  void take(Where&& where) {
    // The last mount on a place is the one that is seen.
    for (std::size_t i = wanted_.size(); i-- > 0;) {
      const auto& want = wanted_[i];
      if (found_[i] != nullptr || !want.shows) continue;
      for (const auto& mount : now_) {
        if (mount.shows != want.shows || !is_strict(mount, want.mount.flags) || mount.point == "/") continue;
        if (!where(want, mount) || is_taken(mount)) continue;
        found_[i] = &mount;
        break;
      }
    }
  }

  /// One that is not there has been unmounted, unless something speaks against it.
  void check_absent(const WantedMount& want) const {
    for (const auto& mount : now_) {
      if (is_taken(mount)) continue;
      if (want.shows && mount.shows == want.shows) check_flags(mount, want.mount.flags);
      if (want.here != mount.id) continue;
      if (!want.shows) {
        throw Error{fmt::format("the source {} of the mount on {} is not there: it cannot be compared",
                                quote(want.mount.source), quote(want.mount.destination))};
      }
      throw Error{fmt::format(
          "the mount on {} does not show {}, which config.json has for it: the source was replaced, or something "
          "was moved or mounted there",
          quote(want.mount.destination), quote(want.mount.source))};
    }
  }

  void check_alone(const MountNow& found) const {
    for (const auto& mount : now_) {
      if (mount.id == found.id || mount.point != found.point) continue;
      if (mount.device == found.device && mount.root == found.root && is_strict(mount, found.flags)) continue;
      throw Error{fmt::format("there is more than one mount on {}, which CRIU cannot tell apart", quote(found.point))};
    }
  }

  const std::vector<WantedMount>& wanted_;
  const std::vector<MountNow>& now_;
  std::vector<const MountNow*> found_;  // one for each of wanted_
};

}  // namespace

std::vector<MountNow> parse_mountinfo(std::string_view text) {
  std::vector<MountNow> mounts;
  for (const auto line : split(text, '\n')) {
    if (auto mount = parse_line(line)) mounts.push_back(std::move(*mount));
  }
  return mounts;
}

std::vector<FoundMount> match_mounts(const std::vector<WantedMount>& wanted, const std::vector<MountNow>& now) {
  return Matching{wanted, now}.run();
}

void check_readonly_everywhere(const std::vector<FoundMount>& found, const std::vector<MountNow>& now) {
  const auto may_write = [&](const MountNow& mount) {
    // The rootfs is the container's, wherever on the host it lies.
    if (mount.point == "/") return true;
    const auto top = std::ranges::find(now, "/", &MountNow::point);
    if (top != now.end() && is_within(mount, *top)) return true;
    return std::ranges::any_of(
        found, [&](const auto& other) { return !is_readonly(other.mount) && is_within(mount, other.now); });
  };
  for (const auto& [mount, place] : found) {
    if (!is_readonly(mount)) continue;
    for (const auto& other : now) {
      if ((other.flags & MS_RDONLY) != 0 || !is_within(other, place) || may_write(other)) continue;
      throw Error{
          fmt::format("the mount on {} shows {}, or a part of it, and can be written to, but config.json has it "
                      "read-only",
                      quote(other.point), quote(mount.source))};
    }
  }
}

void check_unchanged(const std::vector<FoundMount>& found, const std::vector<MountNow>& now) {
  for (const auto& [mount, before] : found) {
    bool same = false;
    bool alone = true;
    for (const auto& other : now) {
      if (other.id == before.id) {
        same = other.point == before.point && other.device == before.device && other.root == before.root &&
               other.flags == before.flags;
      } else if (other.point == before.point) {
        alone = other.device == before.device && other.root == before.root && is_strict(other, before.flags);
      }
      if (!alone) break;
    }
    if (same && alone) continue;
    throw Error{fmt::format("the container changed the mount on {} while it was saved; try again, or pause it before",
                            quote(mount.destination))};
  }
}

void check_flags(const MountNow& now, std::uint64_t flags) {
  if (is_strict(now, flags)) return;
  throw Error{fmt::format("the mount on {} lacks the flags {} that config.json has", quote(now.point),
                          to_text(flags & ~now.flags))};
}

}  // namespace corten::checkpoint
