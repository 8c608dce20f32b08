// SPDX-License-Identifier: Apache-2.0
// Each JSON document that corten reads, from hostile bytes: Error is the only way out, the scanner agrees with
// another parser, and a saved state that was read can be written and read again.
#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "spec/config.hpp"
#include "spec/json_tree.hpp"
#include "spec/saved_state.hpp"

namespace {

using namespace corten::spec;
using Kind = JsonNode::Kind;

void require(bool holds) {
  if (!holds) std::abort();
}

/// Compares the events of nlohmann's parser with a tree's nodes, which are in the same order.
class Follower {
 public:
  explicit Follower(const JsonTree& tree) : tree_{tree} {}

  bool null() { return next(Kind::null).value == 0; }
  bool boolean(bool value) { return next(Kind::boolean).value == (value ? 1U : 0U); }
  bool number_integer(std::int64_t value) { return next(Kind::negative).value == std::bit_cast<std::uint64_t>(value); }
  bool number_unsigned(std::uint64_t value) { return next(Kind::number).value == value; }
  bool number_float(double /*value*/, const std::string& text) { return tree_.text(next(Kind::real)) == text; }
  bool string(const std::string& text) { return tree_.text(next(Kind::string)) == text; }
  bool binary(const std::vector<std::uint8_t>& /*bytes*/) { return false; }
  bool start_object(std::size_t /*size*/) { return next(Kind::object).size > 0; }
  bool start_array(std::size_t /*size*/) { return next(Kind::array).size > 0; }
  bool end_object() { return true; }
  bool end_array() { return true; }
  bool key(const std::string& text) {
    key_ = text;
    return true;
  }
  bool parse_error(std::size_t /*at*/, const std::string& /*token*/, const nlohmann::detail::exception& error) {
    constexpr int out_of_range = 406;  // a number that no double holds; we leave such to their readers
    require(error.id == out_of_range);
    return false;
  }

 private:
  const JsonNode& next(Kind kind) {
    const auto& node = tree_[at_++];
    require(node.kind == kind);
    require(tree_.key(node) == key_);
    key_.clear();
    return node;
  }

  const JsonTree& tree_;
  std::string key_;
  std::uint32_t at_ = 0;
};

template <class Parse>
bool survives(Parse&& parse) {
  try {
    parse();
    return true;
  } catch (const corten::Error& error) {
    require(error.message().find(": ") != std::string::npos);
    return false;
  }
}

void compare(std::string_view text) {
  // The other parser refuses half a surrogate pair, which Go and we replace, skips a byte order mark, and takes a NUL
  // byte for the end of the text.
  if (text.find("\\ud") != std::string_view::npos || text.find("\\uD") != std::string_view::npos) return;
  if (text.starts_with('\xEF') || text.find('\0') != std::string_view::npos) return;
  const bool accepted = survives([text] {
    const JsonTree tree{text, "fuzz"};
    Follower follower{tree};
    nlohmann::json::sax_parse(text.begin(), text.end(), &follower);
  });
  if (accepted) return;
  const bool too_deep = std::ranges::count(text, '[') + std::ranges::count(text, '{') > 512;
  require(too_deep || !nlohmann::json::accept(text.begin(), text.end()));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  compare(text);
  survives([text] { static_cast<void>(parse_config(text)); });
  survives([text] { static_cast<void>(parse_process(text)); });
  survives([text] { static_cast<void>(parse_resources(text)); });
  survives([text] {
    const auto written = to_json(parse_saved_state(text));
    require(to_json(parse_saved_state(written)) == written);
  });
  return 0;
}
