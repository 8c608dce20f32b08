// SPDX-License-Identifier: Apache-2.0
// What the frames hold: requests and responses as values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "shim/failure.hpp"

namespace corten::shim::ttrpc {

struct Request {
  std::string service, method, payload;
};

/// Nothing where `bytes` are no request.
[[nodiscard]] std::optional<Request> read_request(std::string_view bytes);
[[nodiscard]] std::string request_bytes(std::string_view service, std::string_view method, std::string_view payload);

/// A response that tells of success, or of a failure.
[[nodiscard]] std::string response_bytes(std::string_view payload);
[[nodiscard]] std::string response_bytes(const Failure& failure);

/// The failure that a response tells of, if it does.
[[nodiscard]] std::optional<Failure> failure_in(std::string_view response);

}  // namespace corten::shim::ttrpc
