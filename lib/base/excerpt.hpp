// SPDX-License-Identifier: Apache-2.0
// Untrusted text (of a container, an image, a hook): how much of it is kept, and how it is shown.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace corten {

/// The limits for one untrusted text, and for a whole message, which may quote several.
inline constexpr std::size_t excerpt_limit = 4096;
inline constexpr std::size_t message_limit = 16384;

/// Takes a text piece by piece and keeps its beginning and its end, however long it is: what it costs is bounded.
class Excerpt {
 public:
  explicit Excerpt(std::size_t limit = excerpt_limit) : first_{limit / 2}, last_{limit - first_} {}

  void append(std::string_view piece);

  /// "BEGINNING [... 123 bytes left out ...] END", or all of it where it is no longer than the limit.
  [[nodiscard]] std::string text() const;

 private:
  std::size_t first_, last_;
  std::string begin_;
  std::string end_;  // a ring once it is full
  std::size_t oldest_ = 0;
  std::uint64_t left_out_ = 0;
};

[[nodiscard]] std::string excerpt(std::string_view text, std::size_t limit = excerpt_limit);

/// Whether a valid UTF-8 sequence is one of the control characters U+0080 to U+009F: to a terminal U+009B is as good as
/// "ESC [".
[[nodiscard]] bool is_c1_control(std::string_view sequence);

/// `text` for a terminal: newlines and tabs stay, other control characters and what is no UTF-8 become \x1b, \u009b, \xff.
[[nodiscard]] std::string printable(std::string_view text);

}  // namespace corten
