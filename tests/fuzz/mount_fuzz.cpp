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
    require((step.recursive_set & step.recursive_clear) == 0);
    if ((step.flags & MS_BIND) != 0) require(step.is_bind() && step.source.starts_with('/'));
  });
  return 0;
}
