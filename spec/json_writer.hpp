// SPDX-License-Identifier: Apache-2.0
// Writes JSON as Go's encoder lays it out: on one line, or indented.
#pragma once

#include <concepts>
#include <initializer_list>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "base/text.hpp"

namespace corten::spec {

class JsonWriter {
 public:
  /// An empty `indent` means one line.
  explicit JsonWriter(std::string_view indent = {}) : indent_{indent} {}

  void value(std::string_view text);
  template <std::integral T>
  void value(T number) {
    if constexpr (std::is_same_v<T, bool>) {
      item(number ? "true" : "false");
    } else {
      item(std::to_string(number));
    }
  }
  void value(double number);
  void null() { item("null"); }
  void value(std::initializer_list<std::string_view> list) { values(list); }
  void value(const std::vector<std::string>& list) { values(list); }
  void value(const std::vector<std::pair<std::string, std::string>>& map);

  template <class T>
  void member(std::string_view name, const T& content) {
    key(name);
    value(content);
  }
  void member(std::string_view name, std::initializer_list<std::string_view> list) {
    key(name);
    value(list);
  }

  /// Go's "omitempty".
  template <class T>
  void member_unless_empty(std::string_view name, const T& content) {
    if (!content.empty()) member(name, content);
  }

  void key(std::string_view name);
  void begin_object() { begin('{'); }
  void end_object() { end('}'); }
  void begin_array() { begin('['); }
  void end_array() { end(']'); }

  [[nodiscard]] std::string take() { return std::move(text_); }

 private:
  template <class List>
  void values(const List& list) {
    begin_array();
    for (const auto& text : list) value(std::string_view{text});
    end_array();
  }
  void item(std::string_view text);
  void separate();
  void new_line();
  void begin(char bracket);
  void end(char bracket);

  std::string text_;
  std::string_view indent_;
  int depth_ = 0;
  bool first_ = true;       // nothing stands in the innermost brackets yet
  bool after_key_ = false;  // the separation is done
};

}  // namespace corten::spec
