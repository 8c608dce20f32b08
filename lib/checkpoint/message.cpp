// SPDX-License-Identifier: Apache-2.0
#include "checkpoint/message.hpp"

#include <fmt/core.h>

#include <memory>
#include <vector>

#include "base/error.hpp"
#include "base/named_table.hpp"
#include "criu_rpc.pb-c.h"

namespace corten::checkpoint {
namespace {

constexpr auto kinds = named_table<Kind>({{"DUMP", Kind::dump},
                                          {"RESTORE", Kind::restore},
                                          {"PRE_DUMP", Kind::pre_dump},
                                          {"NOTIFY", Kind::notify},
                                          {"FEATURE_CHECK", Kind::feature_check},
                                          {"VERSION", Kind::version}});

constexpr int log_level = 4;  // everything: after a failure there is nothing but the log to read

Corten__Criu__CgroupMode number_of(CgroupMode mode) {
  switch (mode) {
    case CgroupMode::soft: return CORTEN__CRIU__CGROUP_MODE__SOFT;
    case CgroupMode::full: return CORTEN__CRIU__CGROUP_MODE__FULL;
    case CgroupMode::strict: return CORTEN__CRIU__CGROUP_MODE__STRICT;
    case CgroupMode::ignore: return CORTEN__CRIU__CGROUP_MODE__IGNORE;
    case CgroupMode::standard: break;
  }
  return CORTEN__CRIU__CGROUP_MODE__DEFAULT;
}

char* text_of(const std::string& text) { return const_cast<char*>(text.c_str()); }  // NOLINT: packing does not write

/// An absent string where there is nothing to say.
char* optional_text(const std::string& text) { return text.empty() ? nullptr : text_of(text); }

/// A repeated message field: the messages, and the pointers that protobuf-c wants of them.
template <class Message>
class Repeated {
 public:
  Message& add(const Message& blank) { return *items_.emplace_back(std::make_unique<Message>(blank)); }
  void put(std::size_t& count, Message**& field) {
    for (const auto& item : items_) pointers_.push_back(item.get());
    count = pointers_.size();
    field = pointers_.data();
  }

 private:
  std::vector<std::unique_ptr<Message>> items_;
  std::vector<Message*> pointers_;
};

/// Holds what the packed message points to.
class OptionsMessage {
 public:
  explicit OptionsMessage(const CriuOptions& options) {
    set_flags(options);
    set_values(options);
    set_lists(options);
  }

  Corten__Criu__Options message = CORTEN__CRIU__OPTIONS__INIT;

 private:
  /// protobuf_c_boolean is an int: under one name with the below, this would take every number for a yes.
  static void set_flag(protobuf_c_boolean& has, protobuf_c_boolean& field, bool value) {
    has = 1;
    field = value ? 1 : 0;
  }
  static void set(protobuf_c_boolean& has, std::int32_t& field, std::optional<int> value) {
    has = value ? 1 : 0;
    field = value.value_or(0);
  }

  void set_flags(const CriuOptions& from) {
    auto& to = message;
    set_flag(to.has_leave_running, to.leave_running, from.leave_running);
    set_flag(to.has_ext_unix_sk, to.ext_unix_sk, from.ext_unix_sk);
    set_flag(to.has_tcp_established, to.tcp_established, from.tcp_established);
    set_flag(to.has_evasive_devices, to.evasive_devices, from.evasive_devices);
    set_flag(to.has_shell_job, to.shell_job, from.shell_job);
    set_flag(to.has_file_locks, to.file_locks, from.file_locks);
    set_flag(to.has_notify_scripts, to.notify_scripts, true);
    set_flag(to.has_track_memory, to.track_memory, from.track_memory);
    set_flag(to.has_auto_dedup, to.auto_dedup, from.auto_dedup);
    set_flag(to.has_link_remap, to.link_remap, from.link_remap);
    set_flag(to.has_manage_cgroups, to.manage_cgroups, true);  // what versions without cgroup_mode look at
    set_flag(to.has_restore_sibling, to.restore_sibling, from.restore_sibling);
    set_flag(to.has_tcp_skip_in_flight, to.tcp_skip_in_flight, from.tcp_skip_in_flight);
    set_flag(to.has_lazy_pages, to.lazy_pages, from.lazy_pages);
    set_flag(to.has_orphan_pts_master, to.orphan_pts_master, true);
    set_flag(to.has_tcp_close, to.tcp_close, from.tcp_close);
  }

  void set_values(const CriuOptions& from) {
    auto& to = message;
    to.images_dir_fd = from.images_dir_fd;
    set(to.has_work_dir_fd, to.work_dir_fd, from.work_dir_fd);
    set(to.has_pid, to.pid, from.pid);
    set(to.has_log_level, to.log_level, log_level);
    to.has_cgroup_mode = 1;
    to.cgroup_mode = number_of(from.cgroup_mode);
    to.has_empty_namespaces = 1;
    to.empty_namespaces = empty_namespaces;
    to.log_file = optional_text(from.log_file);
    to.root = optional_text(from.root);
    to.parent_image = optional_text(from.parent_image);
    to.freeze_cgroup = optional_text(from.freeze_cgroup);
    to.config_file = optional_text(from.config_file);
    to.lsm_profile = optional_text(from.lsm_profile);
    to.lsm_mount_context = optional_text(from.lsm_mount_context);
    if (!from.page_server) return;
    page_server_.address = text_of(from.page_server->address);
    page_server_.has_port = 1;
    page_server_.port = from.page_server->port;
    to.page_server = &page_server_;
  }

  void set_lists(const CriuOptions& from) {
    for (const auto& [controller, path] : from.cgroup_roots) {
      auto& root = cgroup_roots_.add(CORTEN__CRIU__CGROUP_ROOT__INIT);
      root.controller = text_of(controller);
      root.path = text_of(path);
    }
    for (const auto& [kind, path] : from.join_namespaces) {
      auto& joined = joined_.add(CORTEN__CRIU__JOIN_NAMESPACE__INIT);
      joined.kind = text_of(kind);
      joined.path = text_of(path);
    }
    for (const auto& inherited : from.inherit_fds) {
      auto& fd = inherited_.add(CORTEN__CRIU__INHERIT_FD__INIT);
      fd.key = text_of(inherited.key);
      fd.fd = inherited.fd;
    }
    for (const auto& text : from.external) external_.push_back(text_of(text));
    cgroup_roots_.put(message.n_cgroup_roots, message.cgroup_roots);
    joined_.put(message.n_join_namespaces, message.join_namespaces);
    inherited_.put(message.n_inherit_fds, message.inherit_fds);
    message.n_external = external_.size();
    message.external = external_.data();
  }

  Corten__Criu__PageServer page_server_ = CORTEN__CRIU__PAGE_SERVER__INIT;
  Repeated<Corten__Criu__CgroupRoot> cgroup_roots_;
  Repeated<Corten__Criu__JoinNamespace> joined_;
  Repeated<Corten__Criu__InheritFd> inherited_;
  std::vector<char*> external_;
};

std::string pack(const Corten__Criu__Request& request) {
  std::string bytes(corten__criu__request__get_packed_size(&request), '\0');
  corten__criu__request__pack(&request, reinterpret_cast<std::uint8_t*>(bytes.data()));
  return bytes;
}

Corten__Criu__Request request_of(Kind kind) {
  Corten__Criu__Request request = CORTEN__CRIU__REQUEST__INIT;
  request.kind = static_cast<Corten__Criu__Kind>(kind);
  return request;
}

std::string string_of(const char* text) { return text == nullptr ? "" : text; }

}  // namespace

std::string_view name_of(Kind kind) { return kinds.name_of(kind); }

std::string to_text(const Version& version) {
  return fmt::format("{}.{}.{}", version.major, version.minor, version.sublevel);
}

std::string encode_request(Kind kind, const CriuOptions& options) {
  OptionsMessage message{options};
  auto request = request_of(kind);
  request.options = &message.message;
  return pack(request);
}

std::string encode_version_request() { return pack(request_of(Kind::version)); }

std::string encode_feature_request(const Features& wanted) {
  Corten__Criu__Features features = CORTEN__CRIU__FEATURES__INIT;
  features.has_memory_tracking = features.memory_tracking = wanted.memory_tracking ? 1 : 0;
  features.has_lazy_pages = features.lazy_pages = wanted.lazy_pages ? 1 : 0;
  auto request = request_of(Kind::feature_check);
  request.features = &features;
  return pack(request);
}

std::string encode_notify_answer() {
  auto request = request_of(Kind::notify);
  request.has_notify_success = request.notify_success = 1;
  return pack(request);
}

Response decode_response(std::string_view bytes) {
  const auto free = [](Corten__Criu__Response* message) { corten__criu__response__free_unpacked(message, nullptr); };
  const std::unique_ptr<Corten__Criu__Response, decltype(free)> message{
      corten__criu__response__unpack(nullptr, bytes.size(), reinterpret_cast<const std::uint8_t*>(bytes.data())), free};
  if (!message) throw Error{"CRIU's answer cannot be read"};
  Response response;
  response.kind = static_cast<Kind>(message->kind);
  response.success = message->success != 0;
  if (message->has_error != 0) response.error = message->error;
  response.message = string_of(message->message);
  if (const auto* notification = message->notification; notification != nullptr) {
    response.script = string_of(notification->script);
    response.pid = notification->pid;
  }
  if (const auto* features = message->features; features != nullptr) {
    response.features = {features->memory_tracking != 0, features->lazy_pages != 0};
  }
  if (const auto* version = message->version; version != nullptr) {
    response.version = {version->major_number, version->minor_number, version->sublevel};
  }
  return response;
}

}  // namespace corten::checkpoint
