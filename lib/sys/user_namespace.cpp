// SPDX-License-Identifier: Apache-2.0
#include "sys/user_namespace.hpp"

#include <fcntl.h>

#include <algorithm>
#include <iterator>
#include <string_view>
#include <vector>

#include "base/text.hpp"
#include "sys/file.hpp"

namespace corten::sys {
namespace {

bool find_out() {
  const auto map = read_file_if_exists(AT_FDCWD, "/proc/self/uid_map");
  if (!map) return false;  // a kernel without them
  // What the file shows in the initial user namespace.
  constexpr std::string_view initial[] = {"0", "0", "4294967295"};
  std::vector<std::string_view> words;
  for (const auto word : split(trim(*map), ' ')) {
    if (!word.empty()) words.push_back(word);
  }
  return !std::equal(words.begin(), words.end(), std::begin(initial), std::end(initial));
}

}  // namespace

bool in_user_namespace() {
  static const bool answer = find_out();  // the parent never changes its own
  return answer;
}

}  // namespace corten::sys
