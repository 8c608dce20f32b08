// SPDX-License-Identifier: Apache-2.0
// Reads values that have a table of fields (corten/fields.hpp) from JSON.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "corten/fields.hpp"
#include "spec/json_value.hpp"

namespace corten::spec {

/// The list that an object of named members is.
template <class T>
struct Keyed {
  std::vector<T>& list;
  std::string T::*key;
};

/// The value that has an object around it.
template <class T>
struct Inside {
  std::string_view own;
  T& value;
};

/// Fills what the members of an object say, as a visitor of fields().
class FieldReader {
 public:
  explicit FieldReader(const JsonValue& from) : from_{from} {}

  template <class T>
  void operator()(std::string_view name, T& to) const {
    from_.field(name, to);
  }

  template <class T>
  void keyed(std::string_view name, std::vector<T>& to, std::string T::*key) const {
    Keyed<T> list{to, key};
    from_.field(name, list);
  }

  template <class T>
  void inside(std::string_view name, std::string_view own, T& to) const {
    Inside<T> value{own, to};
    from_.field(name, value);
  }

 private:
  const JsonValue& from_;
};

template <class T>
concept HasFields = requires(const FieldReader& visit, T& value) {
  fields(visit, value);
};

template <HasFields T>
void read(const JsonValue& from, T& to) {
  fields(FieldReader{from}, to);
}

template <class T>
void read(const JsonValue& from, Keyed<T>& to) {
  to.list.clear();
  from.each_member([&to](std::string name, const JsonValue& member) {
    auto& added = to.list.emplace_back();
    added.*to.key = std::move(name);
    if (!member.is_null()) read(member, added);  // Go leaves a zero value there, too
  });
}

template <class T>
void read(const JsonValue& from, Inside<T>& to) {
  from.field(to.own, to.value);
}

}  // namespace corten::spec
