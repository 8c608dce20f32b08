// SPDX-License-Identifier: Apache-2.0
// An entry of the filter cache from hostile bytes, whole or pasted over a good one: what a start gets is the profile's own
// filter, whatever the entry says.
#include "security/filter_cache.hpp"

#include <fstream>
#include <iterator>

#include "input.hpp"
#include "security/seccomp.hpp"
#include "tests/unit/rootfs/temp_tree.hpp"

namespace {

using namespace corten;
using namespace corten::fuzz;
namespace fs = std::filesystem;

security::FilterSource profile() {
  security::FilterSource source;
  source.default_action = "SCMP_ACT_ALLOW";
  source.rules = {{{"mkdir"}, "SCMP_ACT_ERRNO", 1, {}}};
  return source;
}

/// The cache with its one entry, and what that was when it was good.
struct Cached {
  Cached() : expected{cache.compile(profile())} {
    for (const auto& found : fs::recursive_directory_iterator{directory.path()}) {
      if (found.is_regular_file()) entry = found.path();
    }
    std::ifstream file{entry, std::ios::binary};
    good.assign(std::istreambuf_iterator<char>{file}, {});
    require(!good.empty());
  }
  test::TempTree directory;
  security::FilterCache cache{directory.path()};
  security::SeccompPlan expected;
  fs::path entry;
  std::string good;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Cached cached;
  Input input{data, size};
  auto text = input.rest();
  // Where the first byte is odd the rest is pasted over the good entry, from its end back. A filter within a good key is
  // believed: only root of the state directory writes there. So the key is what is pasted over.
  const bool pasted = !text.empty() && (static_cast<unsigned char>(text.front()) & 1U) != 0;
  if (pasted) {
    auto mended = cached.good;
    mended.replace(0, std::min(text.size(), mended.size()), text, 0, std::min(text.size(), mended.size()));
    if (mended == cached.good) return 0;
    text = mended;
  }
  std::ofstream{cached.entry, std::ios::binary | std::ios::trunc} << text;
  const auto plan = cached.cache.compile(profile());
  require(plan.program == cached.expected.program && plan.flags == cached.expected.flags);
  return 0;
}
