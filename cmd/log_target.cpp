// SPDX-License-Identifier: Apache-2.0
#include "cmd/log_target.hpp"

#include <fmt/core.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <syslog.h>

#include <algorithm>
#include <cstdint>

#include <corten/text.hpp>

#include "cmd/error.hpp"
#include "cmd/system.hpp"

namespace corten::cmd {
namespace {

constexpr std::string_view journal_socket = "/run/systemd/journal/socket";
constexpr std::string_view syslog_socket = "/dev/log";

/// Whoever writes for the whole process: a log::Writer is a plain function.
struct Target {
  Descriptor socket;
  std::string name;
  bool journal = false;
};
Target target;  // NOLINT: the process has one log

int priority_of(corten_level level) {
  switch (level) {
    case CORTEN_ERROR: return LOG_ERR;
    case CORTEN_WARNING: return LOG_WARNING;
    case CORTEN_INFO: return LOG_INFO;
    case CORTEN_DEBUG: return LOG_DEBUG;
  }
  return LOG_ERR;
}

void send_message(corten_level level, std::string_view message) {
  const auto text = printable(excerpt(message, message_limit));
  const int priority = priority_of(level);
  const auto record = target.journal
                          ? fmt::format("PRIORITY={}\nSYSLOG_IDENTIFIER={}\nMESSAGE={}\n", priority, target.name, text)
                          : fmt::format("<{}>{}: {}", LOG_USER | priority, target.name, text);
  // A journal that is full or gone is no reason to fail, or to wait.
  attempt([&] { return ::send(target.socket.get(), record.data(), record.size(), MSG_NOSIGNAL | MSG_DONTWAIT); });
}

void connect_to(std::string_view path, std::string_view name, corten_level least) {
  target.name = name;
  std::ranges::replace_if(
      target.name, [](unsigned char c) { return c < ' '; }, '_');  // a line each is a field
  target.socket = Descriptor{check("socket", [] { return ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0); })};
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::ranges::copy(path, address.sun_path);
  check([&] { return fmt::format("--log: connecting to {}", path); },
        [&] { return ::connect(target.socket.get(), reinterpret_cast<sockaddr*>(&address), sizeof address); });
  log::hand_on(send_message, least);
}

}  // namespace

void open_log(const std::string& text, log::Format format, corten_level least) {
  const auto colon = text.find(':');
  const auto rest = colon == std::string::npos ? std::string{} : text.substr(colon + 1);
  const auto kind = std::string_view{text}.substr(0, text.size() - rest.size());
  target.journal = kind == "journald:";
  if (target.journal || kind == "syslog:") {
    if (rest.empty()) throw Error{fmt::format("--log {}: a name has to follow the colon", text)};
    return connect_to(target.journal ? journal_socket : syslog_socket, rest, least);
  }
  const bool named = kind == "file:";
  if (named && rest.empty()) throw Error{"--log file: a path has to follow the colon"};
  log::open(named ? rest : text, format, least);
}

}  // namespace corten::cmd
