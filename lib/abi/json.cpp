// SPDX-License-Identifier: Apache-2.0
#include <bit>
#include <charconv>
#include <limits>
#include <optional>
#include <string_view>

#include "abi/guard.hpp"
#include "spec/json_tree.hpp"

using namespace corten;

namespace {

using Kind = spec::JsonNode::Kind;

/// The node of a value; nullptr where there is none.
const spec::JsonNode* node_of(const corten_json* json, corten_json_value value) {
  return json == nullptr || value >= json->tree.after(0) ? nullptr : &json->tree[value];
}

bool has_kind(const spec::JsonNode* node, Kind kind) { return node != nullptr && node->kind == kind; }

bool has_children(const spec::JsonNode* node) { return has_kind(node, Kind::array) || has_kind(node, Kind::object); }

const char* text_of(std::string_view text, size_t* size) {
  if (size != nullptr) *size = text.size();
  return text.data();
}

const char* no_text(size_t* size) {
  if (size != nullptr) *size = 0;
  return nullptr;
}

}  // namespace

corten_json* corten_json_read(const char* text, corten_error** error) {
  return abi::guarded<corten_json*>(error, nullptr, [&] {
    return with_kind(ErrorKind::invalid_argument, [&] {
      return new corten_json{spec::JsonTree{&abi::checked(text, "text"), "text"}};
    });
  });
}

void corten_json_free(corten_json* json) { delete json; }

corten_json_kind corten_json_kind_of(const corten_json* json, corten_json_value value) {
  const auto* const node = node_of(json, value);
  if (node == nullptr) return CORTEN_JSON_NONE;
  switch (node->kind) {
    case Kind::null: return CORTEN_JSON_NULL;
    case Kind::boolean: return CORTEN_JSON_BOOLEAN;
    case Kind::negative:
    case Kind::number:
    case Kind::real: return CORTEN_JSON_NUMBER;
    case Kind::string: return CORTEN_JSON_TEXT;
    case Kind::array: return CORTEN_JSON_ARRAY;
    case Kind::object: return CORTEN_JSON_OBJECT;
  }
  return CORTEN_JSON_NONE;
}

corten_json_value corten_json_next(const corten_json* json, corten_json_value within, corten_json_value last) {
  if (!has_children(node_of(json, within))) return CORTEN_JSON_NOTHING;
  const auto end = json->tree.after(within);
  if (last == CORTEN_JSON_NOTHING) return within + 1 < end ? within + 1 : CORTEN_JSON_NOTHING;
  if (last <= within || last >= end) return CORTEN_JSON_NOTHING;
  const auto next = json->tree.after(last);
  return next < end ? next : CORTEN_JSON_NOTHING;
}

corten_json_value corten_json_member(const corten_json* json, corten_json_value object, const char* name) {
  auto found = CORTEN_JSON_NOTHING;
  if (name == nullptr || !has_kind(node_of(json, object), Kind::object)) return found;
  auto at = corten_json_next(json, object, CORTEN_JSON_NOTHING);
  for (; at != CORTEN_JSON_NOTHING; at = corten_json_next(json, object, at)) {
    if (json->tree.key(json->tree[at]) == name) found = at;
  }
  return found;
}

const char* corten_json_name(const corten_json* json, corten_json_value member, size_t* size) {
  const auto* const node = node_of(json, member);
  return node == nullptr || node->key_size == 0 ? no_text(size) : text_of(json->tree.key(*node), size);
}

const char* corten_json_text(const corten_json* json, corten_json_value value, size_t* size) {
  const auto* const node = node_of(json, value);
  return has_kind(node, Kind::string) ? text_of(json->tree.text(*node), size) : no_text(size);
}

int corten_json_boolean(const corten_json* json, corten_json_value value) {
  const auto* const node = node_of(json, value);
  return has_kind(node, Kind::boolean) && node->value != 0 ? 1 : 0;
}

int64_t corten_json_signed(const corten_json* json, corten_json_value value) {
  const auto* const node = node_of(json, value);
  if (has_kind(node, Kind::negative)) return std::bit_cast<std::int64_t>(node->value);
  const bool fits = has_kind(node, Kind::number) && std::in_range<std::int64_t>(node->value);
  return fits ? static_cast<std::int64_t>(node->value) : 0;
}

uint64_t corten_json_unsigned(const corten_json* json, corten_json_value value) {
  const auto* const node = node_of(json, value);
  return has_kind(node, Kind::number) ? node->value : 0;
}

double corten_json_real(const corten_json* json, corten_json_value value) {
  const auto* const node = node_of(json, value);
  if (has_kind(node, Kind::number)) return static_cast<double>(node->value);
  if (has_kind(node, Kind::negative)) return static_cast<double>(std::bit_cast<std::int64_t>(node->value));
  double number = 0;
  if (!has_kind(node, Kind::real)) return number;
  const auto text = json->tree.text(*node);
  std::from_chars(text.data(), text.data() + text.size(), number);  // strtod() would ask for the locale
  return number;
}
