// SPDX-License-Identifier: Apache-2.0
// /proc/PID/mountinfo, in which a container chooses the mount points and sources: whatever they are, they come back from the
// kernel's way of writing them, and no line makes another mount out of itself.
#include <algorithm>

#include "checkpoint/mount_check.hpp"
#include "checkpoint/mounts.hpp"
#include "input.hpp"
#include "rdt/resctrl.hpp"
#include "rootfs/new_mount.hpp"

namespace {

using namespace corten;
using namespace corten::fuzz;

/// As mangle() of the kernel (fs/seq_file.c) with " \t\n\\#".
std::string mangled(std::string_view text) {
  std::string result;
  for (const char c : text) {
    if (std::string_view{" \t\n\\#"}.find(c) == std::string_view::npos) {
      result += c;
      continue;
    }
    const auto code = static_cast<unsigned char>(c);
    for (const unsigned shift : {6U, 3U, 0U}) {
      if (shift == 6U) result += '\\';
      result += static_cast<char>('0' + ((code >> shift) & 7U));
    }
  }
  return result;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = Input{data, size}.rest();
  require(checkpoint::unescape(mangled(text)) == text);
  require(checkpoint::unescape(text).size() <= text.size());
  const auto lines = static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')) + 1;
  require(checkpoint::parse_mountinfo(text).size() <= lines);
  const auto numbers = rootfs::mount_numbers(text);
  require(numbers.size() <= lines && std::is_sorted(numbers.begin(), numbers.end()));
  const auto root = rdt::root_in(text);
  require(!root || root->find('\n') == std::string::npos || text.find("\\012") != std::string::npos);

  // A mount point of any name, in a line as the kernel writes it, is one mount with that name.
  const auto line = "36 35 98:0 / /" + mangled(text) + " rw,noatime - ext4 /dev/root rw\n";
  if (text.find('\0') != std::string::npos) return 0;
  require(rootfs::mount_numbers(line) == std::vector<rootfs::MountNumber>{{36, 35}});
  const auto mounts = checkpoint::parse_mountinfo(line);
  require(mounts.size() == 1 && mounts.front().point == "/" + text);
  return 0;
}
