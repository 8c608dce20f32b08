// SPDX-License-Identifier: Apache-2.0
#include "init/runc_log_lines.hpp"

#include <fmt/format.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <climits>

#include "base/log.hpp"
#include "sys/syscall.hpp"

namespace corten::init {

namespace {

std::vector<unsigned long> own_affinity() {
  constexpr std::size_t most_cpus = 8192;  // the kernel's largest NR_CPUS
  std::vector<unsigned long> words(most_cpus / (sizeof(unsigned long) * CHAR_BIT));
  const auto size = words.size() * sizeof words[0];
  const auto filled = sys::attempt([&] { return ::syscall(SYS_sched_getaffinity, 0, size, words.data()); });
  words.resize(filled < 0 ? 0 : static_cast<std::size_t>(filled) / sizeof words[0]);
  return words;
}

}  // namespace

std::string mask_text(const std::vector<unsigned long>& words) {
  std::string text;
  for (auto word = words.rbegin(); word != words.rend(); ++word) {
    if (!text.empty()) {
      text += fmt::format("{:0{}x}", *word, sizeof *word * 2);
    } else if (*word != 0) {
      text = fmt::format("{:x}", *word);
    }
  }
  return "0x" + (text.empty() ? "0" : text);
}

void log_set_up() {
  if (!log::debug_enabled()) return;
  log::debug(fmt::format("nsexec container setup: affinity: {}", mask_text(own_affinity())));
  log::debug("child process in init()");
}

void log_last_steps(bool of_exec) {
  log::debug(of_exec ? "setns_init: about to exec" : "init: closing the pipe to signal completion");
}

}  // namespace corten::init
