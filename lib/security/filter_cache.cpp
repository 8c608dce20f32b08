// SPDX-License-Identifier: Apache-2.0
#include "security/filter_cache.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/core.h>
#include <linux/filter.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <optional>
#include <vector>

#include "base/log.hpp"
#include "base/scope_exit.hpp"
#include "base/unique_fd.hpp"
#include "base/version.hpp"
#include "base/wire.hpp"
#include "security/kernel_calls.hpp"
#include "security/seccomp.hpp"
#include "sys/file.hpp"
#include "sys/syscall.hpp"

namespace corten::security {
namespace {

constexpr const char* directory_name = "/.cache:seccomp";  // the colon: no container can have this name
constexpr std::size_t largest_entry = 1U << 20U;           // a profile of more than that is compiled each time
constexpr std::size_t most_entries = 64;

/// 64 bits of the bytes, fast: eight at a time, each multiplied into all bits above it and folded back.
std::uint64_t hash_of(std::string_view bytes) {
  constexpr std::uint64_t odd = 0x9e3779b97f4a7c15;
  std::uint64_t hash = bytes.size();
  while (!bytes.empty()) {
    std::uint64_t word = 0;
    const auto size = std::min(bytes.size(), sizeof word);
    std::memcpy(&word, bytes.data(), size);
    bytes.remove_prefix(size);
    hash = (hash ^ word) * odd;
    hash ^= hash >> 32U;
  }
  return hash;
}

/// Everything that a compiled filter depends on. The kernel is in it, as libseccomp asks it what it can do.
std::string key_of(const FilterSource& source) {
  struct utsname kernel {};
  ::uname(&kernel);
  wire::Writer key;
  key.put(fmt::format("corten {} {} libseccomp {} headers {} {} {} {}", version, commit, libseccomp_version(),
                      kernel_headers(), kernel.release, kernel.version, kernel.machine));
  key.put(source);
  return key.take();
}

/// The beginning of an entry for `key`; the check sum and the plan follow.
std::string head_of(const std::string& key) {
  wire::Writer head;
  head.put(key);
  return head.take();
}

bool only_ours(const struct stat& status) { return status.st_uid == ::geteuid() && (status.st_mode & 077U) == 0; }

/// The cache's directory; -1 where there is none that only we can write to.
UniqueFd open_directory(const std::string& path) {
  UniqueFd directory{::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)};
  struct stat status {};
  if (!directory.valid() || ::fstat(directory.get(), &status) != 0) return {};
  if (only_ours(status)) return directory;
  log::debug(fmt::format("{} is not used: somebody else could write to it", path));
  return {};
}

std::string read_entry(int directory, const std::string& name) {
  // O_NONBLOCK: what is there may be a fifo.
  const UniqueFd file{::openat(directory, name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)};
  struct stat status {};
  if (!file.valid() || ::fstat(file.get(), &status) != 0) return {};
  if (!S_ISREG(status.st_mode) || !only_ours(status)) return {};
  if (status.st_size <= 0 || static_cast<std::size_t>(status.st_size) > largest_entry) return {};
  std::string bytes(static_cast<std::size_t>(status.st_size), '\0');
  const auto got = sys::attempt([&] { return ::read(file.get(), bytes.data(), bytes.size()); });
  if (got != static_cast<ssize_t>(bytes.size())) return {};
  return bytes;
}

bool loadable(const SeccompPlan& plan) {
  return !plan.program.empty() && plan.program.size() % sizeof(sock_filter) == 0 &&
         plan.program.size() / sizeof(sock_filter) <= BPF_MAXINSNS;
}

std::optional<SeccompPlan> parse_entry(std::string_view bytes, const std::string& head) {
  if (!bytes.starts_with(head)) return std::nullopt;
  bytes.remove_prefix(head.size());
  std::uint64_t sum = 0;
  if (bytes.size() < sizeof sum) return std::nullopt;
  std::memcpy(&sum, bytes.data(), sizeof sum);
  bytes.remove_prefix(sizeof sum);
  if (sum != hash_of(bytes)) return std::nullopt;
  try {
    auto plan = wire::decode<SeccompPlan>(bytes);
    if (loadable(plan)) return plan;
  } catch (const Error&) {  // NOLINT: as broken as a wrong sum
  }
  return std::nullopt;
}

struct Entry {
  std::string name;
  timespec changed;
};

std::vector<Entry> entries_of(int directory) {
  std::vector<Entry> entries;
  DIR* listing = ::fdopendir(::openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (listing == nullptr) return entries;
  const ScopeExit close{[listing] { ::closedir(listing); }};
  while (const dirent* entry = ::readdir(listing)) {
    const std::string name = entry->d_name;
    struct stat status {};
    if (name == "." || name == ".." || ::fstatat(directory, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) continue;
    entries.push_back({name, status.st_mtim});
  }
  return entries;
}

/// Makes room for one more: the oldest go. What a killed writer left is an entry like any other.
void prune(int directory) {
  auto entries = entries_of(directory);
  if (entries.size() < most_entries) return;
  const auto older = [](const Entry& a, const Entry& b) {
    return std::pair{a.changed.tv_sec, a.changed.tv_nsec} < std::pair{b.changed.tv_sec, b.changed.tv_nsec};
  };
  while (entries.size() > most_entries / 2) {
    const auto oldest = std::min_element(entries.begin(), entries.end(), older);
    ::unlinkat(directory, oldest->name.c_str(), 0);
    entries.erase(oldest);
  }
}

std::string temporary_name() {
  std::uint64_t number = 0;
  sys::check("getrandom", [&] { return ::getrandom(&number, sizeof number, 0); });
  return fmt::format(".{:016x}", number);
}

/// Complete or not at all, also with several writers.
void write_entry(int directory, const std::string& name, const std::string& bytes) {
  const auto temporary = temporary_name();
  constexpr mode_t mode = 0600;
  const auto file = sys::open_at(directory, temporary, O_CREAT | O_EXCL | O_WRONLY | O_NOFOLLOW, mode);
  try {
    sys::write_all(file.get(), bytes, temporary);
    sys::check("rename", [&] { return ::renameat(directory, temporary.c_str(), directory, name.c_str()); });
  } catch (const Error&) {
    ::unlinkat(directory, temporary.c_str(), 0);
    throw;
  }
}

void store(const std::string& path, const std::string& name, const std::string& head, const SeccompPlan& plan) {
  const auto encoded = wire::encode(plan);
  wire::Writer tail;
  tail.put(hash_of(encoded));
  const auto bytes = head + tail.take() + encoded;
  if (bytes.size() > largest_entry) return;
  try {
    sys::make_directories(path, 0700);
    const auto directory = open_directory(path);
    if (!directory.valid()) return;
    prune(directory.get());
    write_entry(directory.get(), name, bytes);
  } catch (const Error& error) {
    log::debug(fmt::format("the compiled seccomp filter is not kept: {}", error.what()));
  }
}

}  // namespace

FilterCache::FilterCache(const std::string& root) : path_{root + directory_name} {}

SeccompPlan FilterCache::compile(const FilterSource& source) const {
  const auto head = head_of(key_of(source));
  const auto name = fmt::format("{:016x}", hash_of(head));
  if (const auto directory = open_directory(path_); directory.valid()) {
    if (auto plan = parse_entry(read_entry(directory.get(), name), head)) return *plan;
  }
  auto plan = security::compile(source);
  store(path_, name, head, plan);
  return plan;
}

}  // namespace corten::security
