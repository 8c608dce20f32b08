// SPDX-License-Identifier: Apache-2.0
// Text of strangers (of a container, an image, a hook): how much of it is kept, and how it is shown.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace corten {

/// The limits for one text, and for a whole message, which may quote several.
inline constexpr std::size_t excerpt_limit = 4096;
inline constexpr std::size_t message_limit = 16384;

namespace text_detail {

inline std::size_t length_by_first(unsigned char first) {
  if (first < 0x80) return 1;
  if (first < 0xC2) return 0;  // continuations, and overlong forms of ASCII
  if (first < 0xE0) return 2;
  if (first < 0xF0) return 3;
  return first < 0xF5 ? 4 : 0;
}

/// False for overlong forms, surrogates, and what is beyond U+10FFFF.
inline bool second_fits(unsigned char first, unsigned char second) {
  switch (first) {
    case 0xE0: return second >= 0xA0;
    case 0xED: return second < 0xA0;
    case 0xF0: return second >= 0x90;
    case 0xF4: return second < 0x90;
    default: return true;
  }
}

/// How many characters `text` starts with that JSON takes as they are and that are ASCII.
inline std::size_t plain_length(std::string_view text) {
  const auto special = [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte >= 0x7F || byte == '"' || byte == '\\';
  };
  return static_cast<std::size_t>(std::find_if(text.begin(), text.end(), special) - text.begin());
}

inline void append_hexadecimal(std::string& out, const char* prefix, unsigned char byte) {
  constexpr std::string_view digits = "0123456789abcdef";
  out += prefix;
  out += digits[byte >> 4U];
  out += digits[byte & 0xFU];
}

inline void append_escaped(std::string& out, char c) {
  switch (c) {
    case '"': out += "\\\""; return;
    case '\\': out += "\\\\"; return;
    case '\n': out += "\\n"; return;
    case '\r': out += "\\r"; return;
    case '\t': out += "\\t"; return;
    default: break;
  }
  const auto byte = static_cast<unsigned char>(c);
  if (byte < 0x20 || byte == 0x7F) {
    append_hexadecimal(out, "\\u00", byte);
  } else {
    out += c;
  }
}

}  // namespace text_detail

/// The length of the valid UTF-8 sequence that `text`, which is not empty, starts with, or 0.
[[nodiscard]] inline std::size_t utf8_length(std::string_view text) {
  const auto byte = [text](std::size_t at) { return static_cast<unsigned char>(text[at]); };
  const auto length = text_detail::length_by_first(byte(0));
  if (length < 2) return length;
  if (text.size() < length) return 0;
  for (std::size_t at = 1; at < length; ++at) {
    if ((byte(at) & 0xC0U) != 0x80U) return 0;
  }
  return text_detail::second_fits(byte(0), byte(1)) ? length : 0;
}

/// Whether a valid UTF-8 sequence is one of the control characters U+0080 to U+009F: to a terminal U+009B is as good as
/// "ESC [".
[[nodiscard]] inline bool is_c1_control(std::string_view sequence) {
  return sequence.size() == 2 && sequence[0] == '\xC2' && static_cast<unsigned char>(sequence[1]) < 0xA0;
}

/// `text` as a JSON string with its quotes; "/" is not escaped, and bytes that are no UTF-8 are replaced.
[[nodiscard]] inline std::string json_quote(std::string_view text) {
  std::string out = "\"";
  for (;;) {
    const auto plain = text_detail::plain_length(text);
    out += text.substr(0, plain);
    text.remove_prefix(plain);
    if (text.empty()) break;
    const auto length = utf8_length(text);
    if (length == 1) {
      text_detail::append_escaped(out, text[0]);
    } else if (length == 0) {
      out += "\xEF\xBF\xBD";  // U+FFFD
    } else if (is_c1_control(text.substr(0, length))) {
      text_detail::append_hexadecimal(out, "\\u00", static_cast<unsigned char>(text[1]));
    } else {
      out += text.substr(0, length);
    }
    text.remove_prefix(length == 0 ? 1 : length);
  }
  out += '"';
  return out;
}

/// `text` as Go's %q prints it: for messages that name what a user wrote.
[[nodiscard]] inline std::string quote(std::string_view text) { return json_quote(text); }

/// `text` for a terminal: newlines and tabs stay, other control characters and what is no UTF-8 become \x1b, \u009b, \xff.
[[nodiscard]] inline std::string printable(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const auto length = utf8_length(text);
    const auto piece = text.substr(0, std::max<std::size_t>(length, 1));
    const auto byte = static_cast<unsigned char>(piece[0]);
    if (length == 0 || (length == 1 && (byte < 0x20 || byte == 0x7F) && byte != '\n' && byte != '\t')) {
      text_detail::append_hexadecimal(out, "\\x", byte);
    } else if (is_c1_control(piece)) {
      text_detail::append_hexadecimal(out, "\\u00", static_cast<unsigned char>(piece[1]));
    } else {
      out += piece;
    }
    text.remove_prefix(piece.size());
  }
  return out;
}

/// Takes a text piece by piece and keeps its beginning and its end, however long it is: what it costs is bounded.
class Excerpt {
 public:
  explicit Excerpt(std::size_t limit = excerpt_limit) : first_{limit / 2}, last_{limit - first_} {}

  void append(std::string_view piece) {
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

  /// "BEGINNING [... 123 bytes left out ...] END", or all of it where it is no longer than the limit.
  [[nodiscard]] std::string text() const {
    std::string out = begin_;
    if (left_out_ != 0) out.append(" [... ").append(std::to_string(left_out_)).append(" bytes left out ...] ");
    return out.append(end_, oldest_).append(end_, 0, oldest_);
  }

 private:
  std::size_t first_, last_;
  std::string begin_ = {};
  std::string end_ = {};  // a ring once it is full
  std::size_t oldest_ = 0;
  std::uint64_t left_out_ = 0;
};

[[nodiscard]] inline std::string excerpt(std::string_view text, std::size_t limit = excerpt_limit) {
  if (text.size() <= limit) return std::string{text};
  Excerpt kept{limit};
  kept.append(text);
  return kept.text();
}

}  // namespace corten
