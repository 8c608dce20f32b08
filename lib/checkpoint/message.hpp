// SPDX-License-Identifier: Apache-2.0
// Requests to CRIU as bytes, and its answers from bytes: the protobuf messages of criu_rpc.proto.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "checkpoint/criu_options.hpp"

namespace corten::checkpoint {

/// With CRIU's numbers.
enum class Kind { dump = 1, restore = 2, pre_dump = 4, notify = 6, feature_check = 9, version = 10 };

/// "DUMP" and so on, as CRIU and runc call it.
[[nodiscard]] std::string_view name_of(Kind kind);

struct Features {
  bool memory_tracking = false, lazy_pages = false;
};

struct Version {
  int major = 0, minor = 0, sublevel = 0;
  auto operator<=>(const Version&) const = default;
};
[[nodiscard]] std::string to_text(const Version& version);

struct Response {
  Kind kind = Kind::dump;
  bool success = false;
  int error = 0;        // an errno, or 0
  std::string message;  // CRIU's own words, which few versions say
  std::string script;   // of a notification
  int pid = 0;
  Features features;
  Version version;
};

[[nodiscard]] std::string encode_request(Kind kind, const CriuOptions& options);
[[nodiscard]] std::string encode_version_request();
[[nodiscard]] std::string encode_feature_request(const Features& wanted);
[[nodiscard]] std::string encode_notify_answer();

/// Throws where `bytes` are no response.
[[nodiscard]] Response decode_response(std::string_view bytes);

}  // namespace corten::checkpoint
