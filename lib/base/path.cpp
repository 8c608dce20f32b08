// SPDX-License-Identifier: Apache-2.0
#include "base/path.hpp"

#include <vector>

#include "base/text.hpp"

namespace corten {

std::string clean_path(std::string_view path) {
  std::vector<std::string_view> kept;
  for (const auto piece : split(path, '/')) {
    if (piece.empty() || piece == ".") continue;
    if (piece != "..") {
      kept.push_back(piece);
    } else if (!kept.empty()) {
      kept.pop_back();
    }
  }
  std::string clean;
  for (const auto piece : kept) clean.append("/").append(piece);
  return clean.empty() ? "/" : clean;
}

}  // namespace corten
