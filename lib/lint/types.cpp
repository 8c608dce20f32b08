// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <bit>
#include <concepts>
#include <limits>
#include <optional>
#include <set>

#include "base/text.hpp"
#include "corten/fields.hpp"
#include "corten/nearest.hpp"
#include "lint/findings.hpp"

namespace corten::lint {
namespace {

using Kind = spec::JsonNode::Kind;

/// What the specification has for other systems, or for nobody on Linux: passed over.
constexpr std::array ignored = {
    std::string_view{"/windows"},
    std::string_view{"/solaris"},
    std::string_view{"/vm"},
    std::string_view{"/zos"},
    std::string_view{"/freebsd"},
    std::string_view{"/process/commandLine"},
    std::string_view{"/process/user/username"},
    std::string_view{"/linux/intelRdt/enableCMT"},
    std::string_view{"/linux/intelRdt/enableMBM"},
};

constexpr std::string_view unknown_demand =
    "config.md, Extensibility: \"Runtimes MUST NOT generate an error if they encounter an unknown property.\"";

std::string_view name_of(Kind kind) {
  switch (kind) {
    case Kind::null: return "null";
    case Kind::boolean: return "true or false";
    case Kind::negative:
    case Kind::number: return "an integer";
    case Kind::real: return "a number with a fraction";
    case Kind::string: return "a string";
    case Kind::array: return "an array";
    case Kind::object: return "an object";
  }
  return "nothing";
}

struct AnyVisitor {
  template <class T>
  void operator()(std::string_view name, T& member) const;
  template <class T>
  void keyed(std::string_view name, std::vector<T>& list, std::string T::*key) const;
  template <class T>
  void inside(std::string_view name, std::string_view own, T& value) const;
};

/// A value that has a table of fields.
template <class T>
concept Structure = requires(const AnyVisitor& visit, T& value) {
  spec::fields(visit, value);
};

class Typed {
 public:
  explicit Typed(Findings& findings) : findings_{findings}, document_{findings.document()} {}

  void check(const Spot& spot, const bool& /*like*/) { require(spot, Kind::boolean, "true or false"); }
  void check(const Spot& spot, const std::string& /*like*/) {
    if (!require(spot, Kind::string, "a string")) return;
    if (document_.text(spot).find('\0') == std::string_view::npos) return;
    findings_.add(Severity::error, spot.pointer, "a NUL character, at which the kernel would stop reading");
  }
  template <std::integral Number>
  void check(const Spot& spot, const Number& /*like*/) {
    using Limits = std::numeric_limits<Number>;
    const auto& node = document_[spot];
    const bool fits = node.kind == Kind::negative
                          ? std::signed_integral<Number> &&
                                std::bit_cast<std::int64_t>(node.value) >= static_cast<std::int64_t>(Limits::min())
                          : node.kind == Kind::number && node.value <= static_cast<std::uint64_t>(Limits::max());
    if (!fits) refuse(spot, fmt::format("an integer from {} to {}", Limits::min(), Limits::max()));
  }
  template <class T>
  void check(const Spot& spot, const std::optional<T>& /*like*/) {
    check(spot, T{});
  }
  template <class T>
  void check(const Spot& spot, const std::vector<T>& /*like*/) {
    if (!require(spot, Kind::array, "an array")) return;
    each(spot, T{});
  }
  void check(const Spot& spot, const spec::StringMap& /*like*/) {
    if (!require(spot, Kind::object, "an object")) return;
    each(spot, std::string{});
  }
  template <Structure T>
  void check(const Spot& spot, const T& /*like*/) {
    if (!require(spot, Kind::object, "an object")) return;
    T like{};
    Members members{*this, spot, {}};
    spec::fields(members, like);
    check_names(spot, members.known);
  }

 private:
  /// Visits the fields of a structure, and checks those that are there.
  struct Members {
    Typed& typed;
    const Spot& spot;
    std::vector<std::string_view> known;

    template <class T>
    void operator()(std::string_view name, T& like) {
      known.push_back(name);
      if (const auto found = typed.document_.member(spot, name)) typed.check(*found, like);
    }
    template <class T>
    void keyed(std::string_view name, std::vector<T>& /*list*/, std::string T::* /*key*/) {
      known.push_back(name);
      const auto found = typed.document_.member(spot, name);
      if (found && typed.require(*found, Kind::object, "an object")) typed.each(*found, T{});
    }
    template <class T>
    void inside(std::string_view name, std::string_view own, T& like) {
      known.push_back(name);
      const auto found = typed.document_.member(spot, name);
      if (!found || !typed.require(*found, Kind::object, "an object")) return;
      if (const auto value = typed.document_.member(*found, own)) typed.check(*value, like);
      typed.check_names(*found, {own});
    }
  };

  template <class T>
  void each(const Spot& parent, const T& like) {
    std::set<std::string, std::less<>> seen;
    const bool named = document_.is(parent, Kind::object);
    document_.each_child(parent, [&](std::string_view name, const Spot& child) {
      if (named && !seen.emplace(name).second) repeated(child);
      if (!document_.is(child, Kind::null)) check(child, like);
    });
  }

  void check_names(const Spot& object, const std::vector<std::string_view>& known) {
    std::set<std::string, std::less<>> seen;
    document_.each_child(object, [&](std::string_view name, const Spot& child) {
      const auto same = std::ranges::find_if(known, [&](auto one) { return to_lower(one) == to_lower(name); });
      if (!seen.insert(to_lower(name)).second) repeated(child);
      if (same == known.end()) {
        unknown(name, child, known);
      } else if (*same != name) {
        findings_.add_name(
            Severity::warning, child.pointer,
            fmt::format("the field's name is {}; other case is not understood by every runtime", quote(*same)), {},
            std::string{*same});
      }
    });
  }

  void unknown(std::string_view name, const Spot& child, const std::vector<std::string_view>& known) {
    if (std::ranges::find(ignored, std::string_view{child.pointer}) != ignored.end()) return;
    const auto meant = nearest(name, known);
    findings_.add_name(Severity::warning, child.pointer,
                       fmt::format("there is no field {}: it is ignored{}", quote(name), did_you_mean(name, known)),
                       unknown_demand, std::string{meant});
  }

  void repeated(const Spot& child) {
    findings_.add_name(Severity::warning, child.pointer, "the name is there more than once: the last one counts");
  }

  bool require(const Spot& spot, Kind kind, std::string_view expected) {
    if (document_.is(spot, kind)) return true;
    refuse(spot, std::string{expected});
    return false;
  }

  void refuse(const Spot& spot, const std::string& expected) {
    const auto number = document_.number(spot);
    const auto got = number ? fmt::format("the number {}", *number) : std::string{name_of(document_[spot].kind)};
    findings_.add(Severity::error, spot.pointer, fmt::format("has to be {}, and is {}", expected, got));
  }

  Findings& findings_;
  const Document& document_;
};

}  // namespace

void check_types(Findings& findings) { Typed{findings}.check(Spot{}, spec::Config{}); }

}  // namespace corten::lint
