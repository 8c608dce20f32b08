// SPDX-License-Identifier: Apache-2.0
// A JSON text as a flat list of nodes: one allocation for a document, another where strings have escapes. What a start
// costs is what a runtime is chosen by, and on an engine's config.json a general parser took most of the reading time.
#pragma once

#include <cstddef>
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
  bool key_unescaped = false, text_unescaped = false;  // in the tree's own characters, not in the source

  [[nodiscard]] bool has_text() const { return kind == Kind::string || kind == Kind::real; }
};

/// The nodes in the order of the text: a parent is followed by its children. The text has to outlive the tree.
class JsonTree {
 public:
  /// Throws Error "name: line L, column C: expected ..." where `text` is no JSON (RFC 8259).
  JsonTree(std::string_view text, std::string_view name);

  [[nodiscard]] const JsonNode& operator[](std::uint32_t at) const { return nodes_[at]; }
  [[nodiscard]] std::string_view key(const JsonNode& node) const {
    return cut(node.key_unescaped, node.key_at, node.key_size);
  }
  [[nodiscard]] std::string_view text(const JsonNode& node) const {
    return cut(node.text_unescaped, node.value, node.size);
  }
  [[nodiscard]] const std::string& name() const { return name_; }

  /// Where the node after the one at `at` and all its children is.
  [[nodiscard]] std::uint32_t after(std::uint32_t at) const {
    return at + (nodes_[at].has_text() ? 1 : nodes_[at].size);
  }

 private:
  [[nodiscard]] std::string_view cut(bool unescaped, std::uint64_t at, std::uint32_t size) const {
    return (unescaped ? std::string_view{unescaped_} : source_).substr(at, size);
  }

  std::string name_;
  std::string_view source_;
  std::vector<JsonNode> nodes_;
  std::string unescaped_;  // the strings that have escapes, one after the other
};

}  // namespace corten::spec
