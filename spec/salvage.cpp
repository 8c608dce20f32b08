// SPDX-License-Identifier: Apache-2.0
#include "spec/salvage.hpp"

namespace corten::spec {

std::string whole_part(std::string_view json) {
  std::string closing;        // what the open brackets need, the innermost last
  std::string whole_closing;  // the same, where the text is whole up to `whole`
  std::size_t whole = 0;
  bool in_string = false;
  for (std::size_t at = 0; at < json.size(); ++at) {
    const char c = json[at];
    if (in_string) {
      if (c == '\\') ++at;
      in_string = c != '"';
      continue;
    }
    in_string = c == '"';
    if (c == '{' || c == '[') closing += c == '{' ? '}' : ']';
    const bool closes = !closing.empty() && c == closing.back();
    if (closes) closing.pop_back();
    // Before a comma stands a whole member; after a bracket nothing, or one.
    if (c != '{' && c != '[' && c != ',' && !closes) continue;
    whole = c == ',' ? at : at + 1;
    whole_closing = closing;
    if (closing.empty()) break;
  }
  return std::string{json.substr(0, whole)}.append(whole_closing.rbegin(), whole_closing.rend());
}

}  // namespace corten::spec
