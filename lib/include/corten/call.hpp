// SPDX-License-Identifier: Apache-2.0
// How the headers make calls of the C interface.
#pragma once

#include <corten.h>
#include <sys/types.h>

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include <corten/error.hpp>
#include <corten/json_reader.hpp>

namespace corten {
inline namespace v0 {
namespace detail {

/// The text of the library's, which is freed.
inline std::string take_text(char* text) {
  const std::unique_ptr<char, void (*)(char*)> owner{text, &corten_text_free};
  return std::string{text};
}

/// The same for bytes.
inline std::string take_bytes(char* bytes, std::size_t size) {
  const std::unique_ptr<char, void (*)(char*)> owner{bytes, &corten_text_free};
  return std::string{bytes, size};
}

/// The pieces of a list, each of which has `end` behind it; the last one need not.
inline std::vector<std::string> pieces(std::string_view list, char end) {
  std::vector<std::string> all;
  while (!list.empty()) {
    const auto at = list.find(end);
    all.emplace_back(list.substr(0, at));
    list.remove_prefix(at == std::string_view::npos ? list.size() : at + 1);
  }
  return all;
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

/// All pids of which `ask`, given a place for some of them, tells the number.
template <class Ask>
std::vector<pid_t> all_pids(Ask ask) {
  std::vector<pid_t> pids(16);
  for (size_t count = 0;; pids.resize(count)) {
    ask(pids.data(), pids.size(), &count);
    if (count > pids.size()) continue;  // there are more by now
    pids.resize(count);
    return pids;
  }
}

template <class Handle, void (*free_handle)(Handle*)>
struct Free {
  void operator()(Handle* handle) const { free_handle(handle); }
};
template <class Handle, void (*free_handle)(Handle*)>
using Owner = std::unique_ptr<Handle, Free<Handle, free_handle>>;

/// The value that a text of the library's has.
template <class T>
T value_of(const std::string& text) {
  const Owner<corten_json, corten_json_free> json{call(&corten_json_read, text.c_str())};
  T value{};
  spec::JsonReader{json.get()}.read(value);
  return value;
}

}  // namespace detail
}  // namespace v0
}  // namespace corten
