// SPDX-License-Identifier: Apache-2.0
// The edge of the library: no exception leaves it, each becomes a corten_error.
#pragma once

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "abi/handles.hpp"

namespace corten::abi {

/// To be called while an exception is handled: sets `error`, unless it is nullptr, and returns its code.
corten_code take_exception(corten_error** error) noexcept;

/// What `body` returns; where it throws, `failed`.
template <class Result, std::invocable Body>
Result guarded(corten_error** error, Result failed, Body&& body) noexcept {
  try {
    return std::forward<Body>(body)();
  } catch (...) {
    take_exception(error);
    return failed;
  }
}

/// CORTEN_OK, or the code of what `body` throws.
template <std::invocable Body>
corten_code attempted(corten_error** error, Body&& body) noexcept {
  try {
    std::forward<Body>(body)();
    return CORTEN_OK;
  } catch (...) {
    return take_exception(error);
  }
}

/// A text of strangers may hold a NUL, which would end it in C: U+FFFD takes its place.
[[nodiscard]] std::string whole_text(std::string_view text);

/// A text for the caller to free. Throws std::bad_alloc.
[[nodiscard]] char* new_text(const std::string& text);

/// The same for bytes: `size`, unless it is nullptr, says how many. A NUL is behind them.
[[nodiscard]] char* new_bytes(const std::string& bytes, std::size_t* size);

/// The object behind a handle; throws where it is nullptr: `name` is the parameter's.
template <class Handle>
Handle& checked(Handle* handle, const char* name) {
  if (handle == nullptr) throw Error{std::string{name} + " is NULL", ErrorKind::invalid_argument};
  return *handle;
}

/// The text of a parameter that may be neither NULL nor empty.
[[nodiscard]] inline std::string checked_text(const char* text, const char* name) {
  if (checked(text, name) != '\0') return text;
  throw Error{std::string{name} + " is empty", ErrorKind::invalid_argument};
}

/// An empty text for NULL.
[[nodiscard]] inline std::string text_of(const char* text) {
  return text == nullptr ? std::string{} : std::string{text};
}

/// Of a list that NULL ends; NULL is none.
[[nodiscard]] std::vector<std::string> texts_of(const char* const* list);

inline void check_size(std::size_t size, const char* name) {
  if (size >= sizeof size) return;
  throw Error{std::string{name} + ": size is not set to the size of the structure", ErrorKind::invalid_argument};
}

/// The options of a program that may have been compiled with another version of the header: what its structure does not have
/// is 0, and what ours does not have must be 0.
template <class Options>
Options options_of(const Options* given, const char* name) {
  Options options{};
  if (given == nullptr) return options;
  check_size(given->size, name);
  const auto* const bytes = reinterpret_cast<const char*>(given);
  for (std::size_t at = sizeof options; at < given->size; ++at) {
    if (bytes[at] == 0) continue;
    throw Error{std::string{name} + " asks for what a newer version of the library has", ErrorKind::invalid_argument};
  }
  std::memcpy(&options, given, std::min(sizeof options, given->size));
  return options;
}

/// Fills a structure of the caller's, whose size may be another than ours, as far as both go.
template <class Answer>
void give_answer(Answer answer, Answer* to, const char* name) {
  auto* const given = &checked(to, name);
  const auto size = given->size;
  check_size(size, name);
  std::memset(static_cast<void*>(given), 0, size);
  answer.size = size;
  std::memcpy(static_cast<void*>(given), &answer, std::min(sizeof answer, size));
}

}  // namespace corten::abi
