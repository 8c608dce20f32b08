// SPDX-License-Identifier: Apache-2.0
#include "checkpoint/log.hpp"

#include <fcntl.h>
#include <fmt/core.h>

#include <algorithm>
#include <optional>
#include <vector>

#include "base/error.hpp"
#include "base/text.hpp"
#include "sys/file.hpp"

namespace corten::checkpoint {
namespace {

constexpr std::size_t line_limit = 1024;  // a name of a file may be that long, and eight lines are shown

/// Without the time in front; and of what came from a container only what can be printed.
std::string tidy(std::string_view line) {
  line = trim(line);
  if (const auto end = line.find(") "); line.starts_with("(") && end != std::string_view::npos)
    line.remove_prefix(end + 2);
  auto text = excerpt(line, line_limit);
  std::ranges::replace_if(
      text, [](char c) { return static_cast<unsigned char>(c) < ' '; }, ' ');
  return printable(text);
}

/// What stands between `before` and `after`, the first time that `before` is in `text`.
std::string_view between(std::string_view text, std::string_view before, std::string_view after) {
  const auto start = text.find(before);
  if (start == std::string_view::npos) return {};
  text.remove_prefix(start + before.size());
  const auto end = text.find(after);
  return end == std::string_view::npos ? std::string_view{} : text.substr(0, end);
}

/// The programs that CRIU could not run since they are not there, in their order.
std::vector<std::string> missing_programs(std::string_view log) {
  std::vector<std::string> programs;
  for (const auto line : split(log, '\n')) {
    if (line.find("failed: No such file or directory") == std::string_view::npos) continue;
    auto program = printable(excerpt(between(line, "execvp(\"", "\""), line_limit));
    if (!program.empty() && std::ranges::find(programs, program) == programs.end()) {
      programs.push_back(std::move(program));
    }
  }
  return programs;
}

/// Whether a dump's log has no line with an error but the one that says that it has failed.
bool names_no_cause(std::string_view lines) {
  return lines.starts_with("Error (criu/cr-dump.c:") && lines.ends_with("Dumping FAILED.") &&
         lines.find("; ") == std::string_view::npos;
}

}  // namespace

std::string error_lines(std::string_view log) {
  constexpr std::size_t most = 8;
  constexpr std::size_t last = 2;
  std::vector<std::string> lines;
  for (const auto line : split(log, '\n')) {
    if (line.find("Error") == std::string_view::npos) continue;
    auto text = tidy(line);
    if (std::ranges::find(lines, text) == lines.end()) lines.push_back(std::move(text));
  }
  if (lines.size() > most) {
    const auto from = lines.begin() + (most - last);
    lines.erase(from, lines.end() - last);
    lines.insert(lines.begin() + (most - last), "...");
  }
  return join(lines, "; ");
}

std::string known_cause(std::string_view log) {
  const auto other_lock = [](std::string_view method) {
    return fmt::format("the line \"network-lock {}\" in /etc/criu/runc.conf has it use {}", method, method);
  };
  if (const auto missing = missing_programs(log); !missing.empty()) {
    const auto names = join(missing, " and ");
    auto text = fmt::format("CRIU runs {}, which {} not in $PATH", names, missing.size() == 1 ? "is" : "are");
    if (names.find("tables-restore") == std::string::npos) return text;
    return fmt::format("{}, to lock the network: install the package iptables, or {}", text, other_lock("nftables"));
  }
  for (const auto* const sign : {"Error (criu/netfilter.c", "Locking network failed using nftables"}) {
    if (log.find(sign) == std::string_view::npos || log.find("nftables") == std::string_view::npos) continue;
    const bool built_in = log.find("built without libnftables") == std::string_view::npos;
    return fmt::format("CRIU cannot lock the network with nftables, {}: {}",
                       built_in ? "which this kernel perhaps lacks" : "which it was built without",
                       other_lock("iptables"));
  }
  if (const auto watched = between(log, "pidfd: pidfd pid ", " is not a part of process tree"); !watched.empty()) {
    const auto holder = between(log, "Dump files (pid: ", ")");
    return fmt::format("process {} has a pidfd of process {}, which is outside of the container: CRIU cannot save that",
                       printable(excerpt(holder, 20)), printable(excerpt(watched, 20)));
  }
  return {};
}

std::string describe_failure(std::string_view kind, const Response& response, const std::string& log_path) {
  auto text = fmt::format("criu failed: type {} errno {}", kind, response.error);
  auto message = tidy(response.message);
  const auto with_message = [&] { return message.empty() ? text : fmt::format("{}: {}", text, message); };
  std::optional<std::string> log;
  try {
    log = sys::read_file_if_exists(AT_FDCWD, log_path);
  } catch (const Error& unreadable) {
    return fmt::format("{}; its log cannot be read: {}", with_message(), unreadable.message());
  }
  if (!log) return fmt::format("{}; it wrote no log to {}", with_message(), log_path);
  const auto lines = error_lines(*log);
  if (lines.find(message) != std::string::npos) message.clear();  // CRIU answers with a line of its log
  text = with_message();
  if (!lines.empty()) text += (message.empty() ? ": " : "; ") + lines;
  if (names_no_cause(lines)) {
    // https://github.com/checkpoint-restore/criu/issues/3002
    text += "; CRIU names no cause: versions before 4.2.1 cannot save containers on Linux 7.1 and later";
  }
  if (const auto cause = known_cause(*log); !cause.empty()) text = fmt::format("{}; {}", cause, text);
  return fmt::format("{}; the whole log is in {}", text, log_path);
}

}  // namespace corten::checkpoint
