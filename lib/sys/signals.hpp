// SPDX-License-Identifier: Apache-2.0
// The names of signals.
#pragma once

#include <csignal>
#include <string_view>

#include "base/named_table.hpp"

namespace corten::sys {

/// Without SIG in front; the first name of a number is the usual one. For real-time signals see parse_signal().
inline constexpr auto signal_names = named_table<int>({
    {"HUP", SIGHUP},       {"INT", SIGINT},   {"QUIT", SIGQUIT},     {"ILL", SIGILL},     {"TRAP", SIGTRAP},
    {"ABRT", SIGABRT},     {"BUS", SIGBUS},   {"FPE", SIGFPE},       {"KILL", SIGKILL},   {"USR1", SIGUSR1},
    {"SEGV", SIGSEGV},     {"USR2", SIGUSR2}, {"PIPE", SIGPIPE},     {"ALRM", SIGALRM},   {"TERM", SIGTERM},
    {"STKFLT", SIGSTKFLT}, {"CHLD", SIGCHLD}, {"CONT", SIGCONT},     {"STOP", SIGSTOP},   {"TSTP", SIGTSTP},
    {"TTIN", SIGTTIN},     {"TTOU", SIGTTOU}, {"URG", SIGURG},       {"XCPU", SIGXCPU},   {"XFSZ", SIGXFSZ},
    {"PROF", SIGPROF},     {"IO", SIGIO},     {"VTALRM", SIGVTALRM}, {"WINCH", SIGWINCH}, {"PWR", SIGPWR},
    {"SYS", SIGSYS},       {"IOT", SIGIOT},   {"CLD", SIGCHLD},      {"POLL", SIGPOLL},
});

/// A number, or a name in any case, with or without SIG in front; real-time signals as RTMIN, RTMIN+n, RTMAX-n or
/// RTMAX. Throws `unknown signal "text"`. Whether a number is a signal is left to kill(2).
[[nodiscard]] int parse_signal(std::string_view text);

}  // namespace corten::sys
