// SPDX-License-Identifier: Apache-2.0
// A JSON text as a flat list of nodes, fed by the events of nlohmann's parser: a list and a string hold a whole document,
// where a tree of small allocations would cost a start time and memory.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace corten::spec {

struct JsonNode {
  enum class Kind : std::uint8_t { null, boolean, negative, number, real, string, array, object };

  std::uint64_t value = 0;  // the boolean; the number's bits; where the text starts; how many children there are
  std::uint32_t size =
      1;  // of a string or a real number its characters; else the nodes of the subtree, itself included
  std::uint32_t key_at = 0, key_size = 0;
  Kind kind = Kind::null;

  [[nodiscard]] bool has_text() const { return kind == Kind::string || kind == Kind::real; }
};

/// A string in an object of the document itself, by the names of both.
struct JsonPlace {
  std::string_view object, member;
};

/// What happens to text behind the document. runc reads one JSON value and ignores the rest; so do our readers of its files.
enum class Rest { refused, ignored };

/// The nodes in the order of the text: a parent is followed by its children.
class JsonTree {
 public:
  /// Throws Error "name: line L, column C: ..." where `text` is no JSON (RFC 8259), or nested deeper than 512 levels.
  /// With `last` it ends, as if the text did, where that has been read.
  JsonTree(std::string_view text, std::string_view name, const JsonPlace& last = {}, Rest rest = Rest::refused);

  [[nodiscard]] const JsonNode& operator[](std::uint32_t at) const { return nodes_[at]; }
  [[nodiscard]] std::string_view key(const JsonNode& node) const {
    return std::string_view{characters_}.substr(node.key_at, node.key_size);
  }
  [[nodiscard]] std::string_view text(const JsonNode& node) const {
    return std::string_view{characters_}.substr(node.value, node.size);
  }
  [[nodiscard]] const std::string& name() const { return name_; }

  /// Where the node after the one at `at` and all its children is.
  [[nodiscard]] std::uint32_t after(std::uint32_t at) const {
    return at + (nodes_[at].has_text() ? 1 : nodes_[at].size);
  }

 private:
  std::string name_;
  std::vector<JsonNode> nodes_;
  std::string characters_;  // of all strings and keys, one after the other
};

}  // namespace corten::spec
