// SPDX-License-Identifier: Apache-2.0
// A call that failed, with the code of gRPC that its caller is told.
#pragma once

#include <exception>
#include <string>
#include <utility>

namespace corten::shim {

/// gRPC's numbers; those that nothing here says are left out.
enum class Code : int {
  unknown = 2,
  invalid_argument = 3,
  not_found = 5,
  already_exists = 6,
  resource_exhausted = 8,
  failed_precondition = 9,
  unimplemented = 12,
  internal = 13,
  unavailable = 14,
};

class Failure : public std::exception {
 public:
  Failure(Code code, std::string message) : message_{std::move(message)}, code_{code} {}
  [[nodiscard]] const char* what() const noexcept override { return message_.c_str(); }
  [[nodiscard]] const std::string& message() const noexcept { return message_; }
  [[nodiscard]] Code code() const noexcept { return code_; }

 private:
  std::string message_;
  Code code_;
};

/// The failure behind an exception of any type; std::bad_alloc too.
[[nodiscard]] Failure failure_of(const std::exception_ptr& problem);

}  // namespace corten::shim
