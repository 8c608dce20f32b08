// SPDX-License-Identifier: Apache-2.0
// The frames of ttrpc: a header of ten bytes (length and stream as big-endian 32-bit numbers, type, flags), then the data.
// Source: PROTOCOL.md of github.com/containerd/ttrpc.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace corten::shim::ttrpc {

inline constexpr std::size_t header_size = 10;
inline constexpr std::size_t most_data = 4U << 20U;

enum class Type : std::uint8_t { request = 1, response = 2, data = 3 };

struct Header {
  std::uint32_t length = 0, stream = 0;
  std::uint8_t type = 0, flags = 0;
  bool operator==(const Header&) const = default;
};

/// `bytes` are the first ten or more.
[[nodiscard]] Header read_header(std::string_view bytes);

/// A whole frame.
[[nodiscard]] std::string frame(Type type, std::uint32_t stream, std::string_view data);

/// Puts frames together from what a stream delivers.
class FrameReader {
 public:
  /// Gets each whole frame. The data is gone after the call. Where a frame is longer than most_data, `too_long` is set, the data is
  /// empty, and what comes of it is dropped.
  using Sink = std::function<void(const Header& header, std::string_view data, bool too_long)>;

  void add(std::string_view bytes, const Sink& sink);

 private:
  std::string begun_;          // less than a frame
  std::uint32_t to_drop_ = 0;  // of a frame that is too long
};

}  // namespace corten::shim::ttrpc
