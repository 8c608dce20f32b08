// SPDX-License-Identifier: Apache-2.0
// Fills values that have a table of fields (fields.hpp) from a JSON text that the library has read. The texts are the library's
// own, whose names and types are right: what is not there, or is something else, leaves a member as it is.
#pragma once

#include <corten.h>

#include <concepts>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <corten/fields.hpp>

namespace corten::spec {

/// One value of a JSON text; a visitor of fields(). Does not own the text.
class JsonReader {
 public:
  explicit JsonReader(const corten_json* json, corten_json_value at = 0) : json_{json}, at_{at} {}

  template <class T>
  void operator()(std::string_view name, T& to) const {
    if (const auto found = member(name); !found.is_null()) found.read(to);
  }
  template <class T>
  void always(std::string_view name, T& to) const {
    (*this)(name, to);
  }
  template <class T>
  void unless_zero(std::string_view name, T& to) const {
    (*this)(name, to);
  }

  template <class T>
  void keyed(std::string_view name, std::vector<T>& to, std::string T::*key) const {
    member(name).each([&](const JsonReader& item) {
      auto& added = to.emplace_back();
      added.*key = item.name();
      item.read(added);
    });
  }
  template <class T>
  void inside(std::string_view name, std::string_view own, T& to) const {
    member(name)(own, to);
  }

  void read(bool& to) const { to = corten_json_boolean(json_, at_) != 0; }
  void read(double& to) const { to = corten_json_real(json_, at_); }
  void read(std::string& to) const {
    size_t size = 0;
    const char* const text = corten_json_text(json_, at_, &size);
    to = text == nullptr ? std::string{} : std::string{text, size};
  }
  template <std::signed_integral Number>
  void read(Number& to) const {
    to = static_cast<Number>(corten_json_signed(json_, at_));
  }
  template <std::unsigned_integral Number>
  void read(Number& to) const {
    to = static_cast<Number>(corten_json_unsigned(json_, at_));
  }
  template <class T>
  void read(std::optional<T>& to) const {
    read(to.emplace());
  }
  template <class T>
  void read(std::vector<T>& to) const {
    each([&](const JsonReader& item) { item.read(to.emplace_back()); });
  }
  void read(StringMap& to) const {
    each([&](const JsonReader& item) { item.read(to.emplace_back(item.name(), std::string{}).second); });
  }
  template <class T>
  void read(std::map<std::string, T>& to) const {
    each([&](const JsonReader& item) { item.read(to[item.name()]); });
  }
  template <class T>
  requires requires(const JsonReader& visit, T& x) { fields(visit, x); }
  void read(T& to) const { fields(*this, to); }

 private:
  [[nodiscard]] bool is_null() const { return corten_json_kind_of(json_, at_) <= CORTEN_JSON_NULL; }
  [[nodiscard]] JsonReader member(std::string_view name) const {
    return JsonReader{json_, corten_json_member(json_, at_, std::string{name}.c_str())};
  }
  [[nodiscard]] std::string name() const {
    size_t size = 0;
    const char* const text = corten_json_name(json_, at_, &size);
    return text == nullptr ? std::string{} : std::string{text, size};
  }
  template <class Visitor>
  void each(Visitor&& visit) const {
    for (auto at = corten_json_next(json_, at_, CORTEN_JSON_NOTHING); at != CORTEN_JSON_NOTHING;
         at = corten_json_next(json_, at_, at)) {
      visit(JsonReader{json_, at});
    }
  }

  const corten_json* json_;
  corten_json_value at_;
};

}  // namespace corten::spec
