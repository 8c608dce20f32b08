// SPDX-License-Identifier: Apache-2.0
// Writes values that have a table of fields (corten/fields.hpp), as Go's encoder lays them out.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "corten/fields.hpp"
#include "spec/json_writer.hpp"

namespace corten::spec {

/// Writes the members of an object, as a visitor of fields().
class FieldWriter {
 public:
  explicit FieldWriter(JsonWriter& to) : to_{to} {}

  template <class T>
  void operator()(std::string_view name, const T& x) const {
    if constexpr (requires { x.empty(); }) {
      if (x.empty()) return;
    }
    always(name, x);
  }

  template <class T>
  void operator()(std::string_view name, const std::optional<T>& x) const {
    if (x) always(name, *x);
  }

  template <class T>
  void unless_zero(std::string_view name, const T& x) const {
    if (!(x == T{})) always(name, x);
  }

  template <class T>
  void always(std::string_view name, const T& x) const {
    to_.key(name);
    value(x);
  }

  template <class T>
  void value(const T& x) const {
    if constexpr (requires { fields(*this, x); }) {
      to_.begin_object();
      fields(*this, x);
      to_.end_object();
    } else {
      to_.value(x);
    }
  }

  template <class T>
  void value(const std::optional<T>& x) const {
    x ? value(*x) : to_.null();
  }

  void value(const std::vector<std::string>& list) const { to_.value(list); }
  void value(const StringMap& map) const { to_.value(map); }

  template <class T>
  void value(const std::vector<T>& list) const {
    to_.begin_array();
    for (const auto& item : list) value(item);
    to_.end_array();
  }

  template <class T>
  void value(const std::map<std::string, T>& map) const {
    to_.begin_object();
    for (const auto& [name, item] : map) always(name, item);
    to_.end_object();
  }

 private:
  JsonWriter& to_;
};

}  // namespace corten::spec
