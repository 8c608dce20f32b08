// SPDX-License-Identifier: Apache-2.0
// The one exception type: a sentence, and the errno behind it (or 0).
#pragma once

#include <concepts>
#include <exception>
#include <string>
#include <string_view>
#include <utility>

namespace corten {

class Error : public std::exception {
 public:
  explicit Error(std::string message, int code = 0) : message_{std::move(message)}, code_{code} {}
  [[nodiscard]] const char* what() const noexcept override { return message_.c_str(); }
  [[nodiscard]] const std::string& message() const noexcept { return message_; }
  [[nodiscard]] int code() const noexcept { return code_; }
  void add_context(std::string_view step) { message_.insert(0, ": ").insert(0, step); }

 private:
  std::string message_;
  int code_;
};

/// The text of an errno as callers match it: Go's lower-case form ("no such file or directory").
[[nodiscard]] std::string errno_text(int code);

/// "what: errno text", thrown with the errno as code.
[[noreturn]] void throw_errno(std::string_view what, int code);

/// Runs `body`; an Error that leaves it gains "step: " in front.
template <std::invocable Body>
decltype(auto) with_context(std::string_view step, Body&& body) {
  try {
    return std::forward<Body>(body)();
  } catch (Error& error) {
    error.add_context(step);
    throw;
  }
}

}  // namespace corten
