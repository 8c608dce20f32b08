// SPDX-License-Identifier: Apache-2.0
// A D-Bus connection to a systemd, through libdbus: opened at the first call, closed with the object.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "systemd/value.hpp"

struct DBusConnection;

namespace corten::systemd {

/// The first process's systemd, or the one that the caller's user has.
enum class Instance { system, user };

/// What systemd answered: values, or D-Bus's name of the error and a sentence.
struct Reply {
  std::vector<Value> values;
  std::string error_name, error_text;
  [[nodiscard]] bool failed() const { return !error_name.empty(); }
};

struct Call {
  std::string path, interface, member;
  std::vector<Value> arguments;
};

/// Where a systemd can be reached, the best first: its own socket, then the bus. In `environment` the names are
/// XDG_RUNTIME_DIR, DBUS_SESSION_BUS_ADDRESS and DBUS_SYSTEM_BUS_ADDRESS.
using Environment = std::function<std::optional<std::string>(const char*)>;
struct Address {
  std::string text;
  bool is_bus = false;  // a daemon in between, which wants to be greeted
  bool operator==(const Address&) const = default;
};
[[nodiscard]] std::vector<Address> plan_addresses(Instance instance, const Environment& environment);

class Bus {
 public:
  explicit Bus(Instance instance) : instance_{instance} {}

  /// Asks systemd and waits for the answer. Throws where nobody answers; an answer that is an error is returned.
  Reply call(const Call& call);

  /// Reads signals of systemd's manager until `wanted` is true for one of name `member`; false after `patience`.
  /// Signals that came while waiting for an answer count.
  bool await_signal(std::string_view member, const std::function<bool(const std::vector<Value>&)>& wanted,
                    std::chrono::milliseconds patience);

 private:
  void connect();
  bool try_connect(const Address& address, std::string& failures);

  Instance instance_;
  std::unique_ptr<DBusConnection, void (*)(DBusConnection*)> connection_{nullptr, nullptr};
};

}  // namespace corten::systemd
