// SPDX-License-Identifier: Apache-2.0
// The one exception type: a sentence, the errno behind it (or 0), and what kind of failure it is, for programs that decide by it.
#pragma once

#include <concepts>
#include <cstdint>
#include <exception>
#include <string>
#include <string_view>
#include <utility>

namespace corten {

enum class ErrorKind : std::uint8_t {
  other,
  invalid_argument,
  invalid_config,
  exists,
  not_found,
  running,
  stopped,
  not_running,
  paused,
  not_paused,
  busy,
  foreign,  // made by another runtime
};

class Error : public std::exception {
 public:
  explicit Error(std::string message, int code = 0, ErrorKind kind = ErrorKind::other)
      : message_{std::move(message)}, code_{code}, kind_{kind} {}
  Error(std::string message, ErrorKind kind) : Error{std::move(message), 0, kind} {}
  [[nodiscard]] const char* what() const noexcept override { return message_.c_str(); }
  [[nodiscard]] const std::string& message() const noexcept { return message_; }
  [[nodiscard]] int code() const noexcept { return code_; }
  [[nodiscard]] ErrorKind kind() const noexcept { return kind_; }
  void set_kind(ErrorKind kind) { kind_ = kind; }
  void add_context(std::string_view step) { message_.insert(0, ": ").insert(0, step); }

 private:
  std::string message_;
  int code_;
  ErrorKind kind_;
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

/// Runs `body`; an Error of no special kind that leaves it is of `kind`.
template <std::invocable Body>
decltype(auto) with_kind(ErrorKind kind, Body&& body) {
  try {
    return std::forward<Body>(body)();
  } catch (Error& error) {
    if (error.kind() == ErrorKind::other) error.set_kind(kind);
    throw;
  }
}

}  // namespace corten
