// SPDX-License-Identifier: Apache-2.0
// Documents that cross the C interface, from hostile bytes: each value is met once on the way through corten_json_*, what is
// written is read again as the same, and the C++ headers read and write what the library does.
#include <corten.h>

#include <corten/config.hpp>
#include <corten/features.hpp>
#include <corten/json_reader.hpp>
#include <corten/json_text.hpp>
#include <corten/state.hpp>
#include <corten/usage_fields.hpp>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "input.hpp"

namespace {

using corten::fuzz::require;
using namespace corten;

struct Free {
  void operator()(corten_json* json) const { corten_json_free(json); }
  void operator()(corten_error* error) const { corten_error_free(error); }
  void operator()(char* text) const { corten_text_free(text); }
};

/// Either it returns something, or there is an error with a code and a message.
template <class Result>
void check_outcome(const Result& result, corten_error* raw) {
  const std::unique_ptr<corten_error, Free> error{raw};
  require((result == nullptr) == (error != nullptr));
  if (!error) return;
  require(corten_error_code(error.get()) != CORTEN_OK && corten_error_message(error.get())[0] != '\0');
}

/// An empty text where `call` fails.
template <class Call>
std::string text_of(Call&& call) {
  corten_error* error = nullptr;
  const std::unique_ptr<char, Free> text{call(&error)};
  check_outcome(text, error);
  return text ? std::string{text.get()} : std::string{};
}

/// The number of values in it, itself included.
corten_json_value walk(const corten_json* json, corten_json_value within) {
  size_t size = 0;
  const char* const name = corten_json_name(json, within, &size);
  const std::string copy{name == nullptr ? "" : name, size};
  const char* const text = corten_json_text(json, within, &size);
  require((text != nullptr) == (corten_json_kind_of(json, within) == CORTEN_JSON_TEXT));
  const std::string other{text == nullptr ? "" : text, size};
  static_cast<void>(corten_json_boolean(json, within));
  static_cast<void>(corten_json_real(json, within));
  const auto number = corten_json_signed(json, within);
  require(number <= 0 || static_cast<std::uint64_t>(number) == corten_json_unsigned(json, within));
  corten_json_value met = 1;
  for (auto at = corten_json_next(json, within, CORTEN_JSON_NOTHING); at != CORTEN_JSON_NOTHING;
       at = corten_json_next(json, within, at)) {
    require(at == within + met && corten_json_kind_of(json, at) != CORTEN_JSON_NONE);
    met += walk(json, at);
  }
  return met;
}

/// What a program gets of a text of the library's: whatever the text says, it can be read.
template <class Value>
void try_value(const corten_json* json) {
  Value value{};
  spec::JsonReader{json}.read(value);
}

using Json = std::unique_ptr<corten_json, Free>;

Json read_json(const char* text) {
  corten_error* error = nullptr;
  Json json{corten_json_read(text, &error)};
  check_outcome(json, error);
  return json;
}

void try_json(const char* text) {
  const auto json = read_json(text);
  if (!json) return;
  const auto count = walk(json.get(), 0);
  require(corten_json_kind_of(json.get(), count) == CORTEN_JSON_NONE);
  require(corten_json_kind_of(json.get(), count - 1) != CORTEN_JSON_NONE);
  for (const char* const name : {"process", "", "a"}) static_cast<void>(corten_json_member(json.get(), 0, name));
  try_value<spec::State>(json.get());
  try_value<std::vector<spec::State>>(json.get());
  try_value<resources::Statistics>(json.get());
  try_value<spec::Features>(json.get());
  try_value<spec::Config>(json.get());
}

std::string read_config(const std::string& text) {
  return text_of([&](auto** error) { return corten_config_read(text.c_str(), error); });
}

std::string make_rootless(const std::string& text) {
  return text_of([&](auto** error) { return corten_config_rootless(text.c_str(), 1000, 1000, error); });
}

void try_config(const std::string& text) {
  const auto known = read_config(text);
  if (known.empty()) return;
  require(read_config(known) == known);
  spec::Config config;
  spec::JsonReader{read_json(known.c_str()).get()}.read(config);
  require(spec::to_json(config) == known);
  const auto changed = make_rootless(text);
  require(!changed.empty() && read_config(changed) == changed && make_rootless(changed) == changed);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text{reinterpret_cast<const char*>(data), size};
  try_json(text.c_str());
  try_config(text.c_str());
  return 0;
}
