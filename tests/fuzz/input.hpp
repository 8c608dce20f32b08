// SPDX-License-Identifier: Apache-2.0
// What the fuzz targets share: a check that ends the process, and values made of the bytes of an input.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/error.hpp"

namespace corten::fuzz {

inline void require(bool holds) {
  if (!holds) std::abort();
}

/// An Error with a message is the only way out.
template <class Body>
void let_it_refuse(Body&& body) {
  try {
    body();
  } catch (const Error& error) {
    require(!error.message().empty());
  }
}

/// Values from the beginning of an input on; zeros and empty texts once it has no more.
class Input {
 public:
  Input(const std::uint8_t* data, std::size_t size) : rest_{reinterpret_cast<const char*>(data), size} {}

  [[nodiscard]] bool empty() const { return rest_.empty(); }

  /// Below `limit`, of one byte.
  unsigned number(unsigned limit) {
    const auto text = cut(1);
    return text.empty() ? 0 : static_cast<unsigned char>(text.front()) % limit;
  }

  /// As long as its first byte says, and no longer than `most`.
  std::string text(unsigned most) { return std::string{cut(number(most + 1))}; }

  std::string rest() { return std::string{cut(rest_.size())}; }

 private:
  std::string_view cut(std::size_t size) {
    const auto piece = rest_.substr(0, size);
    rest_.remove_prefix(piece.size());
    return piece;
  }

  std::string_view rest_;
};

}  // namespace corten::fuzz
