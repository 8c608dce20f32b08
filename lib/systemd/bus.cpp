// SPDX-License-Identifier: Apache-2.0
#include "systemd/bus.hpp"

#include <dbus/dbus.h>
#include <fmt/core.h>

#include <cstdlib>
#include <new>

#include "base/error.hpp"
#include "base/log.hpp"
#include "base/text.hpp"

namespace corten::systemd {
namespace {

using namespace std::chrono_literals;

constexpr auto destination = "org.freedesktop.systemd1";
constexpr std::chrono::milliseconds answer_time = 30s;

using Message = std::unique_ptr<DBusMessage, void (*)(DBusMessage*)>;

class Failure {
 public:
  Failure() { dbus_error_init(&error_); }
  Failure(const Failure&) = delete;
  Failure& operator=(const Failure&) = delete;
  ~Failure() { dbus_error_free(&error_); }
  DBusError* get() { return &error_; }
  [[nodiscard]] std::string name() const { return error_.name != nullptr ? error_.name : ""; }
  [[nodiscard]] std::string text() const { return error_.message != nullptr ? error_.message : ""; }

 private:
  DBusError error_{};
};

// libdbus says "no memory" with a false.
void must(dbus_bool_t done) {
  if (done == 0) throw std::bad_alloc{};
}

Message owned(DBusMessage* message) {
  must(message != nullptr ? 1 : 0);
  return {message, dbus_message_unref};
}

// libdbus aborts the process for a text that is none.
const char* checked_text(const std::string& text) {
  if (text.find('\0') != std::string::npos || dbus_validate_utf8(text.c_str(), nullptr) == 0)
    throw Error{fmt::format("D-Bus has no text like {}", quote(text))};
  return text.c_str();
}

DBusBasicValue basic(const Value& value) {
  DBusBasicValue raw{};
  switch (value.type.front()) {
    case 'b': raw.bool_val = value.number != 0 ? 1 : 0; break;
    case 'y': raw.byt = static_cast<unsigned char>(value.number); break;
    case 'n':
    case 'q': raw.u16 = static_cast<dbus_uint16_t>(value.number); break;
    case 'i':
    case 'u': raw.u32 = static_cast<dbus_uint32_t>(value.number); break;
    case 'd': raw.dbl = value.real; break;
    case 's': raw.str = const_cast<char*>(checked_text(value.text)); break;
    default: raw.u64 = value.number; break;
  }
  return raw;
}

void append(DBusMessageIter* to, const Value& value) {
  const char kind = value.type.front();
  if (kind != 'a' && kind != '(' && kind != 'v') {
    const auto raw = basic(value);
    must(dbus_message_iter_append_basic(to, kind, &raw));
    return;
  }
  DBusMessageIter inner{};
  const auto contained = kind == 'v' ? value.items.front().type : value.type.substr(1);
  must(dbus_message_iter_open_container(to, kind == '(' ? DBUS_TYPE_STRUCT : kind,
                                        kind == '(' ? nullptr : contained.c_str(), &inner));
  for (const auto& item : value.items) append(&inner, item);
  must(dbus_message_iter_close_container(to, &inner));
}

Value read_value(DBusMessageIter* from) {
  const int kind = dbus_message_iter_get_arg_type(from);
  const std::unique_ptr<char, void (*)(void*)> type{dbus_message_iter_get_signature(from), dbus_free};
  must(type ? 1 : 0);
  Value value{type.get(), 0, 0, {}, {}};
  if (dbus_type_is_container(kind) != 0) {
    DBusMessageIter inner{};
    dbus_message_iter_recurse(from, &inner);
    for (; dbus_message_iter_get_arg_type(&inner) != DBUS_TYPE_INVALID; dbus_message_iter_next(&inner)) {
      value.items.push_back(read_value(&inner));
    }
    return value;
  }
  DBusBasicValue raw{};
  dbus_message_iter_get_basic(from, &raw);
  switch (kind) {
    case DBUS_TYPE_STRING:
    case DBUS_TYPE_OBJECT_PATH:
    case DBUS_TYPE_SIGNATURE: value.text = raw.str; break;
    case DBUS_TYPE_DOUBLE: value.real = raw.dbl; break;
    default: value.number = raw.u64; break;
  }
  return value;
}

std::vector<Value> read_values(DBusMessage* message) {
  std::vector<Value> values;
  DBusMessageIter at{};
  if (dbus_message_iter_init(message, &at) == 0) return values;
  do {
    values.push_back(read_value(&at));
  } while (dbus_message_iter_next(&at) != 0);
  return values;
}

void close_connection(DBusConnection* connection) {
  dbus_connection_close(connection);
  dbus_connection_unref(connection);
}

/// libdbus sends nothing before the other side has let us in, and a call's time does not cover that.
void await_welcome(DBusConnection* connection, const std::string& address) {
  const auto end = std::chrono::steady_clock::now() + answer_time;
  while (dbus_connection_get_is_authenticated(connection) == 0) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
    if (left <= 0ms) throw Error{fmt::format("systemd did not answer at {}", address)};
    if (dbus_connection_read_write(connection, static_cast<int>(left.count())) == 0) return;  // told by the next call
  }
}

std::optional<std::string> from_environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr || *value == '\0' ? std::nullopt : std::optional<std::string>{value};
}

std::string address_of(const std::string& socket) {
  const std::unique_ptr<char, void (*)(void*)> escaped{dbus_address_escape_value(socket.c_str()), dbus_free};
  must(escaped ? 1 : 0);
  return fmt::format("unix:path={}", escaped.get());
}

}  // namespace

std::vector<Address> plan_addresses(Instance instance, const Environment& environment) {
  if (instance == Instance::system) {
    return {{"unix:path=/run/systemd/private", false},
            {environment("DBUS_SYSTEM_BUS_ADDRESS").value_or("unix:path=/run/dbus/system_bus_socket"), true}};
  }
  std::vector<Address> addresses;
  const auto runtime = environment("XDG_RUNTIME_DIR");
  if (runtime) addresses.push_back({address_of(*runtime + "/systemd/private"), false});
  if (const auto session = environment("DBUS_SESSION_BUS_ADDRESS")) {
    addresses.push_back({*session, true});
  } else if (runtime) {
    addresses.push_back({address_of(*runtime + "/bus"), true});
  }
  return addresses;
}

bool Bus::try_connect(const Address& address, std::string& failures) {
  Failure failure;
  connection_ = {dbus_connection_open_private(address.text.c_str(), failure.get()), close_connection};
  if (connection_) {
    dbus_connection_set_exit_on_disconnect(connection_.get(), 0);
    await_welcome(connection_.get(), address.text);
    if (!address.is_bus || dbus_bus_register(connection_.get(), failure.get()) != 0) return true;
    connection_.reset();
  }
  failures += fmt::format("{}{}: {}", failures.empty() ? "" : "; ", address.text, failure.text());
  return false;
}

void Bus::connect() {
  if (connection_) return;
  dbus_connection_set_change_sigpipe(0);
  std::string failures;
  for (const auto& address : plan_addresses(instance_, from_environment)) {
    if (!try_connect(address, failures)) continue;
    if (address.is_bus) {
      // A daemon passes on what it was asked for; systemd's own socket sends all.
      dbus_bus_add_match(connection_.get(),
                         "type='signal',interface='org.freedesktop.systemd1.Manager',member='JobRemoved'", nullptr);
    }
    return;
  }
  if (failures.empty()) failures = "neither XDG_RUNTIME_DIR nor DBUS_SESSION_BUS_ADDRESS is set";
  throw Error{fmt::format(
      "cannot reach {} systemd: {}; {}", instance_ == Instance::user ? "the user's" : "the system's", failures,
      instance_ == Instance::user ? "is there a login session (loginctl enable-linger)?" : "is systemd running?")};
}

Reply Bus::call(const Call& call) {
  connect();
  const auto message =
      owned(dbus_message_new_method_call(destination, call.path.c_str(), call.interface.c_str(), call.member.c_str()));
  DBusMessageIter arguments{};
  dbus_message_iter_init_append(message.get(), &arguments);
  for (const auto& argument : call.arguments) append(&arguments, argument);
  Failure failure;
  auto* answer = dbus_connection_send_with_reply_and_block(connection_.get(), message.get(),
                                                           static_cast<int>(answer_time.count()), failure.get());
  Reply reply;
  if (answer == nullptr) {
    reply.error_name = failure.name();
    reply.error_text = failure.text();
    if (reply.error_name == DBUS_ERROR_NO_REPLY || reply.error_name == DBUS_ERROR_DISCONNECTED)
      throw Error{fmt::format("systemd did not answer {}: {}", call.member, reply.error_text)};
    return reply;
  }
  reply.values = read_values(owned(answer).get());
  return reply;
}

bool Bus::await_signal(std::string_view member, const std::function<bool(const std::vector<Value>&)>& wanted,
                       std::chrono::milliseconds patience) {
  const auto end = std::chrono::steady_clock::now() + patience;
  for (;;) {
    while (auto* next = dbus_connection_pop_message(connection_.get())) {
      const auto message = owned(next);
      const auto* name = dbus_message_get_member(message.get());
      if (dbus_message_get_type(message.get()) != DBUS_MESSAGE_TYPE_SIGNAL || name == nullptr || name != member)
        continue;
      if (wanted(read_values(message.get()))) return true;
    }
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
    if (left <= 0ms) return false;
    if (dbus_connection_read_write(connection_.get(), static_cast<int>(left.count())) == 0)
      throw Error{fmt::format("systemd closed the connection before {} came", member)};
  }
}

}  // namespace corten::systemd
