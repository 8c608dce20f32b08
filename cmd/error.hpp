// SPDX-License-Identifier: Apache-2.0
// What the command itself finds wrong, as one sentence and the errno behind it (or 0). The library's are corten::Error.
#pragma once

#include <concepts>
#include <exception>
#include <string>
#include <string_view>
#include <utility>

namespace corten::cmd {

class Error : public std::exception {
 public:
  explicit Error(std::string message, int number = 0) : message_{std::move(message)}, number_{number} {}
  [[nodiscard]] const char* what() const noexcept override { return message_.c_str(); }
  [[nodiscard]] const std::string& message() const noexcept { return message_; }
  [[nodiscard]] int number() const noexcept { return number_; }

 private:
  std::string message_;
  int number_;
};

/// "what: errno text", where the text is Go's lower-case form ("no such file or directory").
[[noreturn]] void throw_errno(std::string_view what, int number);

/// Throws "step: what", `error` being the library's or the command's.
[[noreturn]] void throw_with_context(std::string_view step, const std::exception& error);

/// Runs `body`; an error that leaves it gains "step: " in front.
template <std::invocable Body>
decltype(auto) with_context(std::string_view step, Body&& body) {
  try {
    return std::forward<Body>(body)();
  } catch (const std::exception& error) {
    throw_with_context(step, error);
  }
}

}  // namespace corten::cmd
