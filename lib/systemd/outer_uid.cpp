// SPDX-License-Identifier: Apache-2.0
#include "systemd/outer_uid.hpp"

#include <vector>

#include "base/text.hpp"

namespace corten::systemd {

uid_t outer_uid(std::string_view uid_map, uid_t uid) {
  for (const auto line : split(uid_map, '\n')) {
    std::vector<uid_t> numbers;  // inside, outside, how many
    for (const auto word : split(line, ' ')) {
      if (const auto number = parse_number<uid_t>(word)) numbers.push_back(*number);
    }
    if (numbers.size() == 3 && uid >= numbers[0] && uid - numbers[0] < numbers[2])
      return numbers[1] + (uid - numbers[0]);
  }
  return uid;
}

}  // namespace corten::systemd
