// SPDX-License-Identifier: Apache-2.0
// What a call of libcorten throws, and how the headers make calls of the C interface.
#pragma once

#include <corten.h>

#include <exception>
#include <memory>
#include <string>
#include <type_traits>

namespace corten {
inline namespace v0 {

/// What went wrong: what() is one sentence with the step, the object and the reason.
class Error : public std::exception {
 public:
  explicit Error(corten_error* error) : error_{error, &corten_error_free} {}
  [[nodiscard]] const char* what() const noexcept override { return corten_error_message(error_.get()); }
  [[nodiscard]] corten_code code() const noexcept { return corten_error_code(error_.get()); }
  /// The errno behind it, or 0.
  [[nodiscard]] int number() const noexcept { return corten_error_errno(error_.get()); }

 private:
  std::shared_ptr<corten_error> error_;
};

namespace detail {

/// The text of the library's, which is freed.
inline std::string take_text(char* text) {
  const std::unique_ptr<char, void (*)(char*)> owner{text, &corten_text_free};
  return std::string{text};
}

[[noreturn]] inline void fail(corten_error* error) { throw Error{error}; }

/// Makes a call whose last argument is a corten_error**, and throws what it sets.
template <class Function, class... Arguments>
auto call(Function function, Arguments... arguments) {
  corten_error* error = nullptr;
  const auto result = function(arguments..., &error);
  using Result = std::remove_const_t<decltype(result)>;
  if constexpr (std::is_pointer_v<Result>) {
    if (result == nullptr) fail(error);
  } else if constexpr (std::is_same_v<Result, corten_code>) {
    if (result != CORTEN_OK) fail(error);
  } else {
    if (error != nullptr) fail(error);
  }
  return result;
}

inline const char* text_or_null(const std::string& text) { return text.empty() ? nullptr : text.c_str(); }

template <class Handle, void (*free_handle)(Handle*)>
struct Free {
  void operator()(Handle* handle) const { free_handle(handle); }
};
template <class Handle, void (*free_handle)(Handle*)>
using Owner = std::unique_ptr<Handle, Free<Handle, free_handle>>;

}  // namespace detail

}  // namespace v0
}  // namespace corten
