// SPDX-License-Identifier: Apache-2.0
#include "security/filter_cache.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "security/kernel_calls.hpp"
#include "security/seccomp.hpp"

using namespace corten;
using namespace corten::security;
namespace fs = std::filesystem;

namespace {

class Root {
 public:
  Root() {
    std::array<char, 32> name{"/tmp/filter-cache-XXXXXX"};
    REQUIRE(::mkdtemp(name.data()) != nullptr);
    path_ = name.data();
  }
  Root(const Root&) = delete;
  Root& operator=(const Root&) = delete;
  Root(Root&&) = delete;
  Root& operator=(Root&&) = delete;
  ~Root() { fs::remove_all(path_); }

  [[nodiscard]] const fs::path& path() const { return path_; }
  [[nodiscard]] fs::path directory() const { return path_ / ".cache:seccomp"; }
  [[nodiscard]] FilterCache cache() const { return FilterCache{path_}; }

  [[nodiscard]] std::vector<fs::path> entries() const {
    std::vector<fs::path> found;
    if (!fs::exists(directory())) return found;
    for (const auto& entry : fs::directory_iterator{directory()}) found.push_back(entry.path());
    return found;
  }

  [[nodiscard]] fs::path only_entry() const {
    const auto found = entries();
    REQUIRE(found.size() == 1);
    return found[0];
  }

 private:
  fs::path path_;
};

FilterSource profile(std::uint32_t errno_ret = 1) {
  FilterSource source;
  source.default_action = "SCMP_ACT_ALLOW";
  source.rules = {{{"mkdir"}, "SCMP_ACT_ERRNO", errno_ret, {}}};
  return source;
}

std::string content(const fs::path& path) {
  std::ifstream file{path, std::ios::binary};
  return {std::istreambuf_iterator<char>{file}, {}};
}

void overwrite(const fs::path& path, const std::string& bytes) {
  std::ofstream{path, std::ios::binary | std::ios::trunc} << bytes;
}

bool same(const SeccompPlan& a, const SeccompPlan& b) {
  return a.program == b.program && a.flags == b.flags && a.notify == b.notify;
}

/// Replaces the program of the entry by another valid one, its check sum too, so that a hit can be told from a compile.
SeccompPlan plant(const Root& root) {
  const auto marked = compile(profile(77));
  const Root other;
  static_cast<void>(other.cache().compile(profile(77)));
  const auto theirs = content(other.only_entry());
  const auto ours = content(root.only_entry());
  const auto size = wire::encode(marked).size() + sizeof(std::uint64_t);
  REQUIRE(ours.size() == theirs.size());
  overwrite(root.only_entry(), ours.substr(0, ours.size() - size) + theirs.substr(theirs.size() - size));
  return marked;
}

}  // namespace

TEST_CASE("a filter is compiled once and then read", "[security]") {
  const Root root;
  const auto fresh = compile(profile());
  CHECK(same(root.cache().compile(profile()), fresh));
  const auto planted = plant(root);
  CHECK(same(root.cache().compile(profile()), planted));
}

TEST_CASE("what refuses unknown calls is not given what was compiled without them", "[security]") {
  const Root root;
  auto source = profile();
  source.rules[0].names.emplace_back("no_such_call");
  static_cast<void>(root.cache().compile(source));
  source.refuse_unknown = true;
  CHECK_THROWS_WITH(root.cache().compile(source), Catch::Contains("no_such_call"));
}

TEST_CASE("an entry tells of which headers its numbers are", "[security]") {
  const Root root;
  static_cast<void>(root.cache().compile(profile()));
  CHECK(content(root.only_entry()).find(fmt::format("headers {} ", kernel_headers())) != std::string::npos);
}

TEST_CASE("the cache and its entries are their owner's alone", "[security]") {
  const Root root;
  const auto old = ::umask(0);
  static_cast<void>(root.cache().compile(profile()));
  ::umask(old);
  CHECK(fs::status(root.directory()).permissions() == fs::perms::owner_all);
  CHECK(fs::status(root.only_entry()).permissions() == (fs::perms::owner_read | fs::perms::owner_write));
}

TEST_CASE("whatever differs in the profile is another entry", "[security]") {
  const Root root;
  std::vector<FilterSource> sources(8, profile());
  sources[1].default_action = "SCMP_ACT_LOG";
  sources[2].architectures = {"SCMP_ARCH_X86"};
  sources[3].flags.emplace();
  sources[4].rules[0].names = {"rmdir"};
  sources[5].rules[0].errno_ret.reset();
  sources[6].rules[0].arguments = {{0, 1, 0, "SCMP_CMP_EQ"}};
  sources[7].rules[0].arguments = {{0, 2, 0, "SCMP_CMP_EQ"}};
  std::size_t made = 0;
  for (const auto& source : sources) {
    static_cast<void>(root.cache().compile(source));
    CHECK(root.entries().size() == ++made);
    CHECK(same(root.cache().compile(source), compile(source)));
  }
}

TEST_CASE("an entry of another profile under our name is not used", "[security]") {
  const Root root;
  const Root other;
  static_cast<void>(root.cache().compile(profile(1)));
  static_cast<void>(other.cache().compile(profile(2)));
  overwrite(root.only_entry(), content(other.only_entry()));
  CHECK(same(root.cache().compile(profile(1)), compile(profile(1))));
}

TEST_CASE("a broken entry is made anew", "[security]") {
  const Root root;
  static_cast<void>(root.cache().compile(profile()));
  const auto entry = root.only_entry();
  const auto good = content(entry);
  std::vector<std::string> broken{"",
                                  "x",
                                  good.substr(0, good.size() / 2),
                                  good.substr(0, good.size() - 1),
                                  good + "x",
                                  std::string(good.size(), '\0'),
                                  std::string(2U << 20U, 'x')};
  for (const std::size_t at : {std::size_t{0}, good.size() / 2, good.size() - 1}) {
    broken.push_back(good);
    broken.back()[at] ^= 1;
  }
  for (const auto& bytes : broken) {
    CAPTURE(bytes.size());
    overwrite(entry, bytes);
    CHECK(same(root.cache().compile(profile()), compile(profile())));
    CHECK(content(root.only_entry()) == good);
  }
}

TEST_CASE("an entry that others could have written, or that is no file, is not used", "[security]") {
  const Root root;
  const auto fresh = compile(profile());
  static_cast<void>(root.cache().compile(profile()));
  const auto entry = root.only_entry();
  const auto planted = plant(root);
  const auto planted_bytes = content(entry);

  fs::permissions(entry, fs::perms::owner_all | fs::perms::group_write);
  CHECK(same(root.cache().compile(profile()), fresh));

  const auto elsewhere = root.path() / "elsewhere";
  overwrite(elsewhere, planted_bytes);
  fs::permissions(elsewhere, fs::perms::owner_read);
  fs::remove(entry);
  fs::create_symlink(elsewhere, entry);
  CHECK(same(root.cache().compile(profile()), fresh));

  fs::remove(entry);
  REQUIRE(::mkfifo(entry.c_str(), 0600) == 0);
  CHECK(same(root.cache().compile(profile()), fresh));

  fs::remove(entry);
  fs::create_directory(entry);
  CHECK(same(root.cache().compile(profile()), fresh));
  CHECK_FALSE(same(planted, fresh));
}

TEST_CASE("a directory that others can write to is no cache", "[security]") {
  const Root root;
  fs::create_directory(root.directory());
  fs::permissions(root.directory(), fs::perms::all);
  CHECK(same(root.cache().compile(profile()), compile(profile())));
  CHECK(root.entries().empty());

  fs::remove(root.directory());
  const Root elsewhere;
  fs::create_directory_symlink(elsewhere.path(), root.directory());
  CHECK(same(root.cache().compile(profile()), compile(profile())));
  CHECK(fs::is_empty(elsewhere.path()));
}

TEST_CASE("no state directory, or a file in its place, is no reason to fail", "[security]") {
  const Root root;
  const auto deep = root.path() / "a" / "b";
  CHECK(same(FilterCache{deep}.compile(profile()), compile(profile())));
  CHECK(fs::exists(deep / ".cache:seccomp"));
  overwrite(root.path() / "file", "");
  CHECK(same(FilterCache{root.path() / "file"}.compile(profile()), compile(profile())));
}

TEST_CASE("what cannot be compiled is not kept", "[security]") {
  const Root root;
  auto source = profile();
  source.default_action = "NO";
  CHECK_THROWS(root.cache().compile(source));
  CHECK(root.entries().empty());
}

TEST_CASE("the cache does not grow without end: the oldest entries go", "[security]") {
  const Root root;
  static_cast<void>(root.cache().compile(profile(0)));
  const auto oldest = root.only_entry();
  constexpr std::array<timespec, 2> long_ago{timespec{1, 0}, timespec{1, 0}};
  REQUIRE(::utimensat(AT_FDCWD, oldest.c_str(), long_ago.data(), 0) == 0);
  overwrite(root.directory() / ".left-by-a-killed-writer", "x");
  REQUIRE(::utimensat(AT_FDCWD, (root.directory() / ".left-by-a-killed-writer").c_str(), long_ago.data(), 0) == 0);
  for (std::uint32_t i = 1; i <= 200; ++i) {
    static_cast<void>(root.cache().compile(profile(i)));
    CHECK(root.entries().size() <= 64);
  }
  CHECK_FALSE(fs::exists(oldest));
  CHECK_FALSE(fs::exists(root.directory() / ".left-by-a-killed-writer"));
  const auto before = root.entries().size();
  static_cast<void>(root.cache().compile(profile(200)));
  CHECK(root.entries().size() == before);
}
