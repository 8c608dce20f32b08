// SPDX-License-Identifier: Apache-2.0
// Writes the values of config.hpp as JSON text, by their table of fields. What is not set and what is empty is left out.
#pragma once

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <corten/fields.hpp>

namespace corten::spec {

/// One JSON value, written piece by piece; a visitor of fields().
class JsonText {
 public:
  void value(bool flag) { text_ += flag ? "true" : "false"; }

  template <std::integral Number>
  requires(!std::same_as<Number, bool>) void value(Number number) { text_ += std::to_string(number); }

  void value(std::string_view text) {
    constexpr std::string_view digits = "0123456789abcdef";
    text_ += '"';
    for (const char c : text) {
      const auto code = static_cast<unsigned char>(c);
      if (c == '"' || c == '\\') {
        (text_ += '\\') += c;
      } else if (code < 0x20) {
        ((text_ += "\\u00") += digits[code >> 4U]) += digits[code & 0xFU];
      } else {
        text_ += c;
      }
    }
    text_ += '"';
  }
  void value(const std::string& text) { value(std::string_view{text}); }

  template <class T>
  void value(const std::vector<T>& list) {
    text_ += '[';
    for (std::size_t at = 0; at < list.size(); ++at) {
      if (at > 0) text_ += ',';
      value(list[at]);
    }
    text_ += ']';
  }

  void value(const StringMap& map) {
    object([&] {
      for (const auto& [name, text] : map) member(name, text);
    });
  }

  template <class T>
  requires requires(JsonText& visit, const T& x) { fields(visit, x); }
  void value(const T& object_with_fields) {
    object([&] { fields(*this, object_with_fields); });
  }

  template <class T>
  void operator()(std::string_view name, const T& x) {
    if (!is_empty(x)) member(name, x);
  }

  template <class T>
  void operator()(std::string_view name, const std::optional<T>& x) {
    if (x) member(name, *x);
  }

  template <class T>
  void keyed(std::string_view name, const std::vector<T>& list, std::string T::*key) {
    if (list.empty()) return;
    begin_member(name);
    object([&] {
      for (const auto& item : list) member(item.*key, item);
    });
  }

  template <class T>
  void inside(std::string_view name, std::string_view own, const std::optional<T>& x) {
    if (!x) return;
    begin_member(name);
    object([&] { member(own, *x); });
  }

  [[nodiscard]] std::string take() { return std::move(text_); }

 private:
  template <class T>
  static bool is_empty(const T& x) {
    if constexpr (requires { x.empty(); }) return x.empty();
    return false;
  }

  void begin_member(std::string_view name) {
    if (text_.back() != '{') text_ += ',';
    value(name);
    text_ += ':';
  }

  template <class T>
  void member(std::string_view name, const T& x) {
    begin_member(name);
    value(x);
  }

  template <class Members>
  void object(Members&& write_members) {
    text_ += '{';
    write_members();
    text_ += '}';
  }

  std::string text_;
};

template <class T>
[[nodiscard]] std::string to_json(const T& x) {
  JsonText text;
  text.value(x);
  return text.take();
}

}  // namespace corten::spec
