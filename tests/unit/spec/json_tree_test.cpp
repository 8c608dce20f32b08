// SPDX-License-Identifier: Apache-2.0
#include "spec/json_tree.hpp"

#include <bit>
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "base/error.hpp"

using namespace corten::spec;

namespace {

/// The tree's nodes from `at` on as another library's document.
nlohmann::json document(const JsonTree& tree, std::uint32_t at) {
  const auto& node = tree[at];
  switch (node.kind) {
    case JsonNode::Kind::null: return nullptr;
    case JsonNode::Kind::boolean: return node.value != 0;
    case JsonNode::Kind::negative: return std::bit_cast<std::int64_t>(node.value);
    case JsonNode::Kind::number: return node.value;
    case JsonNode::Kind::real: return nlohmann::json::parse(tree.text(node));
    case JsonNode::Kind::string: return std::string{tree.text(node)};
    case JsonNode::Kind::array:
    case JsonNode::Kind::object: break;
  }
  const bool is_object = node.kind == JsonNode::Kind::object;
  auto whole = is_object ? nlohmann::json::object() : nlohmann::json::array();
  auto child = at + 1;
  for (std::uint64_t left = node.value; left > 0; --left, child = tree.after(child)) {
    if (is_object) {
      whole[std::string{tree.key(tree[child])}] = document(tree, child);
    } else {
      whole.push_back(document(tree, child));
    }
  }
  return whole;
}

bool is_json(std::string_view text) {
  try {
    const JsonTree tree{text, "test"};
    return true;
  } catch (const corten::Error&) {
    return false;
  }
}

}  // namespace

TEST_CASE("a tree holds what another parser reads", "[spec]") {
  for (const std::string text :
       {R"({})", R"([])", R"( [ ] )", "{ }", "\"\"", "0", "-0", "-1", "1.5e-3", "true", "false", "null",
        R"({"a": [1, -2, 3.5, 1e5, 18446744073709551615, 18446744073709551616, -9223372036854775808], "b": {"c": {}}})",
        R"([[], [[]], [{}, {"a": []}], "x", ["\u0000", "\"", "\ud83d\ude00", "\\u0041", "a\nb\tc"]])",
        R"({"": "", "\u0061": 1, "\n": {"x\ty": ["z", "\/"]}, "plain": "plain", "b": "\b"})", "\t[\r\n1 ,\n2\t]\r\n",
        "\"\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80\""}) {
    INFO(text);
    const JsonTree tree{text, "test"};
    CHECK(document(tree, 0) == nlohmann::json::parse(text));
  }
}

TEST_CASE("a tree refuses what another parser refuses", "[spec]") {
  for (const std::string text : {"",
                                 " ",
                                 "{",
                                 "[",
                                 "}",
                                 "]",
                                 "{]",
                                 "[}",
                                 "[,]",
                                 "[1,]",
                                 "{\"a\"}",
                                 "{\"a\":}",
                                 "{\"a\":1,}",
                                 "{a:1}",
                                 "{'a':1}",
                                 "[1]]",
                                 "1 2",
                                 "+1",
                                 ".5",
                                 "1.",
                                 "01",
                                 "-01",
                                 "1e",
                                 "1e+",
                                 "0x10",
                                 "NaN",
                                 "Infinity",
                                 "-",
                                 "--1",
                                 "True",
                                 "nulL",
                                 "\"",
                                 "\"\\\"",
                                 "\"\t\"",
                                 "\"\\a\"",
                                 "\"\\u00\"",
                                 "\"\\u+123\"",
                                 "\"\x80\"",
                                 "\"\xC3\"",
                                 "\"\xF5\x80\x80\x80\"",
                                 "\"\xE0\x80\x80\"",
                                 "/**/1",
                                 "[1/**/]",
                                 "\f1",
                                 "\v1"}) {
    INFO(text);
    CHECK_FALSE(nlohmann::json::accept(text));
    CHECK_FALSE(is_json(text));
  }
}

TEST_CASE("a node leads to the one after its children", "[spec]") {
  const std::string text = R"({"a": [1, [2, "3"]], "b": "text", "c": 1.5, "d": {}})";
  const JsonTree tree{text, "test"};
  CHECK(tree.after(0) == 9);
  CHECK(tree.key(tree[1]) == "a");
  CHECK(tree.after(1) == 6);
  CHECK(tree.key(tree[tree.after(1)]) == "b");
  CHECK(tree.key(tree[tree.after(6)]) == "c");
  CHECK(tree.key(tree[tree.after(7)]) == "d");
}
