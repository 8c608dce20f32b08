// SPDX-License-Identifier: Apache-2.0
#include "base/excerpt.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "base/text.hpp"

namespace corten {

void Excerpt::append(std::string_view piece) {
  const auto head = std::min(piece.size(), first_ - begin_.size());
  begin_ += piece.substr(0, head);
  piece.remove_prefix(head);
  if (piece.size() > last_) {  // none of it, and none of what was kept, is among the last
    left_out_ += end_.size() + piece.size() - last_;
    end_ = piece.substr(piece.size() - last_);
    oldest_ = 0;
    return;
  }
  const auto room = std::min(piece.size(), last_ - end_.size());
  end_ += piece.substr(0, room);
  for (const char c : piece.substr(room)) {
    end_[oldest_] = c;
    oldest_ = (oldest_ + 1) % last_;
    ++left_out_;
  }
}

std::string Excerpt::text() const {
  const auto ordered = end_.substr(oldest_) + end_.substr(0, oldest_);
  if (left_out_ == 0) return begin_ + ordered;
  return fmt::format("{} [... {} bytes left out ...] {}", begin_, left_out_, ordered);
}

std::string excerpt(std::string_view text, std::size_t limit) {
  if (text.size() <= limit) return std::string{text};
  Excerpt kept{limit};
  kept.append(text);
  return kept.text();
}

bool is_c1_control(std::string_view sequence) {
  return sequence.size() == 2 && sequence[0] == '\xC2' && static_cast<unsigned char>(sequence[1]) < 0xA0;
}

std::string printable(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const auto length = utf8_length(text);
    const auto piece = text.substr(0, std::max<std::size_t>(length, 1));
    const auto byte = static_cast<unsigned char>(piece[0]);
    if (length == 0 || (length == 1 && (byte < 0x20 || byte == 0x7F) && byte != '\n' && byte != '\t')) {
      out += fmt::format("\\x{:02x}", byte);
    } else if (is_c1_control(piece)) {
      out += fmt::format("\\u{:04x}", static_cast<unsigned char>(piece[1]));
    } else {
      out += piece;
    }
    text.remove_prefix(piece.size());
  }
  return out;
}

}  // namespace corten
