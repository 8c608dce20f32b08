// SPDX-License-Identifier: Apache-2.0
// A mount from hostile words: its place is absolute and goes nowhere up, and an option is a flag of the mount or data for the
// file system, never both.
#include <sys/mount.h>

#include <algorithm>

#include "base/text.hpp"
#include "config/mount_options.hpp"
#include "config/mounts.hpp"
#include "input.hpp"

namespace {

using namespace corten;
using namespace corten::fuzz;

void check_place(const std::string& destination) {
  require(destination.starts_with('/'));
  for (const auto part : split(destination, '/')) require(part != "." && part != "..");
}

/// No attribute is set and cleared but those of access times, which are one field: mount_setattr(2) sets it after it is cleared.
void check_attributes(const rootfs::MountStep& step) {
  constexpr std::uint64_t access_time = MOUNT_ATTR__ATIME;
  require((step.recursive_set & step.recursive_clear & ~access_time) == 0);
  const auto cleared = step.recursive_clear & access_time;
  require(cleared == access_time || (cleared == 0 && (step.recursive_set & access_time) == 0));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Input input{data, size};
  spec::Mount mount;
  mount.destination = input.text(48);
  mount.source = input.text(48);
  mount.type = input.text(16);
  std::vector<std::string> unknown;
  while (!input.empty()) {
    // As often a word of the table as one of the input's own.
    const auto word =
        input.number(2) == 0
            ? std::string{config::mount_options
                              .rows[input.number(static_cast<unsigned>(config::mount_options.rows.size()))]
                              .name}
            : input.text(24);
    mount.options.push_back(word);
    if (!word.empty() && !config::mount_options.find(word)) unknown.push_back(word);
  }
  let_it_refuse([&] {
    const auto step = config::plan_mount(mount, "/bundle", "/bundle/rootfs");
    check_place(step.destination);
    require(step.data == join(unknown, ","));
    require((step.flags & step.cleared) == 0);
    check_attributes(step);
    if ((step.flags & MS_BIND) != 0) require(step.is_bind() && step.source.starts_with('/'));
  });
  return 0;
}
