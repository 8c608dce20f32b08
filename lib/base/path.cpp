// SPDX-License-Identifier: Apache-2.0
#include "base/path.hpp"

#include <algorithm>

namespace corten {

std::string clean_path(std::string_view path) {
  std::string clean;
  clean.reserve(path.size() + 1);
  while (!path.empty()) {
    const auto piece = path.substr(0, path.find('/'));
    path.remove_prefix(std::min(piece.size() + 1, path.size()));
    if (piece.empty() || piece == ".") continue;
    if (piece != "..") {
      clean.append(1, '/').append(piece);
    } else if (!clean.empty()) {
      clean.resize(clean.rfind('/'));
    }
  }
  return clean.empty() ? "/" : clean;
}

}  // namespace corten
