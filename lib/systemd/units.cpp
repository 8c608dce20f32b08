// SPDX-License-Identifier: Apache-2.0
#include "systemd/units.hpp"

#include <fmt/core.h>
#include <sys/stat.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/error.hpp"
#include "base/log.hpp"
#include "base/text.hpp"

namespace corten::systemd {
namespace {

using namespace std::chrono_literals;

constexpr auto object = "/org/freedesktop/systemd1";
constexpr auto manager = "org.freedesktop.systemd1.Manager";
constexpr auto job_time = 30s;

Call manager_call(std::string member, std::vector<Value> arguments) {
  return {object, manager, std::move(member), std::move(arguments)};
}

Value packed(const std::vector<Property>& properties) {
  auto list = Value::array("(sv)", {});
  for (const auto& property : properties) {
    list.items.push_back(Value::tuple({Value::string(property.name), Value::variant(property.value)}));
  }
  return list;
}

[[noreturn]] void refuse(std::string_view what, const Reply& reply) {
  throw Error{fmt::format("{}: {} ({})", what, reply.error_text, reply.error_name)};
}

bool is_error(const Reply& reply, std::string_view name) { return reply.error_name.ends_with(name); }

}  // namespace

bool is_running() {
  struct stat info {};
  return ::lstat("/run/systemd/system", &info) == 0 && S_ISDIR(info.st_mode);
}

int parse_version(std::string_view text) {
  if (text.starts_with('v')) text.remove_prefix(1);
  return parse_number<int>(text.substr(0, std::min(text.find_first_not_of("0123456789"), text.size()))).value_or(0);
}

std::vector<std::string> remove_newer(std::vector<Property>& properties, int version) {
  std::vector<std::string> names;
  std::erase_if(properties, [&](const Property& property) {
    if (property.since <= version) return false;
    names.push_back(property.name);
    return true;
  });
  return names;
}

std::string unit_path(std::string_view name) {
  std::string path = "/org/freedesktop/systemd1/unit/";
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  for (std::size_t at = 0; at < name.size(); ++at) {
    const char c = name[at];
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (is_digit(c) && at > 0);
    path += plain ? std::string(1, c) : fmt::format("_{:02x}", static_cast<unsigned char>(c));
  }
  return path;
}

std::string Units::property(const std::string& name) {
  const auto reply =
      bus_.call({object, "org.freedesktop.DBus.Properties", "Get", {Value::string(manager), Value::string(name)}});
  if (reply.failed()) refuse(fmt::format("ask systemd for its {}", name), reply);
  if (reply.values.empty() || reply.values.front().items.empty()) return {};
  return reply.values.front().items.front().text;
}

/// The version is asked for only when systemd refuses something: on nearly every machine it is new enough.
Reply Units::call_with(const std::string& member, std::vector<Value> head, std::vector<Property>& properties,
                       std::vector<Value> tail) {
  const auto send = [&] {
    auto arguments = head;
    arguments.push_back(packed(properties));
    arguments.insert(arguments.end(), tail.begin(), tail.end());
    return bus_.call(manager_call(member, std::move(arguments)));
  };
  auto reply = send();
  if (!is_error(reply, ".PropertyReadOnly") && !is_error(reply, ".InvalidArgs")) return reply;
  const int version = parse_version(property("Version"));
  const auto skipped = remove_newer(properties, version);
  if (skipped.empty()) return reply;
  log::debug(fmt::format("systemd {} is too old for {}; what a cgroup's file can hold is written there", version,
                         join(skipped, ", ")));
  return send();
}

std::string Units::await_job(const Reply& started, const std::string& what) {
  const auto job = started.values.empty() ? std::string{} : started.values.front().text;
  std::string result;
  // JobRemoved: the job's number, its path, the unit, the result.
  const bool came = bus_.await_signal(
      "JobRemoved",
      [&](const std::vector<Value>& values) {
        if (values.size() < 4 || values[1].text != job) return false;
        result = values[3].text;
        return true;
      },
      job_time);
  if (!came) throw Error{fmt::format("timed out after {} s waiting for systemd to {}", job_time.count(), what)};
  return result;
}

bool Units::reset_failed(const std::string& name) {
  return !bus_.call(manager_call("ResetFailedUnit", {Value::string(name)})).failed();
}

void Units::start(const std::string& name, std::vector<Property> properties) {
  const auto send = [&] {
    return call_with("StartTransientUnit", {Value::string(name), Value::string("replace")}, properties,
                     {Value::array("(sa(sv))", {})});
  };
  auto reply = send();
  if (is_error(reply, ".UnitExists")) {
    static_cast<void>(reset_failed(name));
    reply = send();
  }
  if (reply.failed()) refuse(fmt::format("unable to start unit {}", quote(name)), reply);
  std::string result;
  try {
    result = await_job(reply, fmt::format("create {}", name));
  } catch (const Error&) {
    static_cast<void>(reset_failed(name));
    throw;
  }
  if (result == "done") return;
  static_cast<void>(reset_failed(name));
  throw Error{fmt::format("error creating systemd unit `{}`: got `{}`", name, result)};
}

void Units::stop(const std::string& name) {
  const auto reply = bus_.call(manager_call("StopUnit", {Value::string(name), Value::string("replace")}));
  if (is_error(reply, ".NoSuchUnit")) return;
  if (reply.failed()) {
    log::debug(fmt::format("stop unit {}: {}", name, reply.error_text));
  } else if (const auto result = await_job(reply, fmt::format("remove {}", name)); result != "done") {
    log::warn(fmt::format("error removing unit `{}`: got `{}`. Continuing...", name, result));
  }
  static_cast<void>(reset_failed(name));
}

std::vector<Property> Units::get(const std::string& name, const std::vector<Property>& properties) {
  std::vector<Property> present;
  if (properties.empty()) return present;
  const auto* kind = name.ends_with(".slice") ? "org.freedesktop.systemd1.Slice" : "org.freedesktop.systemd1.Scope";
  const auto reply = bus_.call({unit_path(name), "org.freedesktop.DBus.Properties", "GetAll", {Value::string(kind)}});
  if (reply.failed()) refuse(fmt::format("ask for the properties of unit {}", quote(name)), reply);
  if (reply.values.empty()) return present;
  for (const auto& entry : reply.values.front().items) {
    const auto& key = entry.items.at(0).text;
    const auto asked = std::ranges::find(properties, key, &Property::name);
    if (asked == properties.end()) continue;
    const auto& value = entry.items.at(1).items.at(0);
    // What is set to a list is added to it.
    if (value.type.starts_with("a(")) present.push_back({key, Value::array(value.type.substr(1), {})});
    present.push_back({key, value, asked->since});
  }
  return present;
}

void Units::set(const std::string& name, std::vector<Property> properties) {
  if (properties.empty()) return;
  const auto reply = call_with("SetUnitProperties", {Value::string(name), Value::boolean(true)}, properties, {});
  if (reply.failed()) refuse(fmt::format("unable to set unit properties of {}", quote(name)), reply);
}

void Units::attach(const std::string& name, const std::string& path, pid_t pid) {
  const auto reply = bus_.call(manager_call(
      "AttachProcessesToUnit",
      {Value::string(name), Value::string(path), Value::array("u", {Value::u32(static_cast<std::uint32_t>(pid))})}));
  if (reply.failed()) refuse(fmt::format("error adding pid {} to unit {}", pid, quote(name)), reply);
}

// systemd realizes changed cgroups before it takes the next message.
void Units::settle() {
  const auto reply = bus_.call({object, "org.freedesktop.DBus.Peer", "Ping", {}});
  if (reply.failed()) refuse("wait for systemd", reply);
}

std::string Units::control_group() { return property("ControlGroup"); }

}  // namespace corten::systemd
