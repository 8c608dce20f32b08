// SPDX-License-Identifier: Apache-2.0
#include "shim/ttrpc/frame.hpp"

#include <algorithm>

namespace corten::shim::ttrpc {
namespace {

std::uint32_t read_number(std::string_view bytes) {
  std::uint32_t value = 0;
  for (const char byte : bytes.substr(0, 4)) value = value << 8U | static_cast<unsigned char>(byte);
  return value;
}

void put_number(std::string& bytes, std::uint32_t value) {
  for (unsigned shift = 32; shift != 0;) {
    shift -= 8;
    bytes += static_cast<char>(value >> shift & 0xffU);
  }
}

constexpr std::size_t kept_capacity = 16384;  // an idle connection keeps no large buffer

}  // namespace

Header read_header(std::string_view bytes) {
  return {read_number(bytes), read_number(bytes.substr(4)), static_cast<std::uint8_t>(bytes[8]),
          static_cast<std::uint8_t>(bytes[9])};
}

std::string frame(Type type, std::uint32_t stream, std::string_view data) {
  std::string bytes;
  bytes.reserve(header_size + data.size());
  put_number(bytes, static_cast<std::uint32_t>(data.size()));
  put_number(bytes, stream);
  bytes += static_cast<char>(type);
  bytes += '\0';
  bytes += data;
  return bytes;
}

void FrameReader::add(std::string_view bytes, const Sink& sink) {
  std::string joined;
  if (!begun_.empty()) {
    joined = std::move(begun_);
    begun_.clear();
    joined += bytes;
    bytes = joined;
  }
  for (;;) {
    const auto dropped = std::min<std::size_t>(to_drop_, bytes.size());
    bytes.remove_prefix(dropped);
    to_drop_ -= static_cast<std::uint32_t>(dropped);
    if (bytes.size() < header_size) break;
    const auto header = read_header(bytes);
    if (header.length > most_data) {
      to_drop_ = header.length;
      bytes.remove_prefix(header_size);
      sink(header, {}, true);
      continue;
    }
    if (bytes.size() < header_size + header.length) break;
    sink(header, bytes.substr(header_size, header.length), false);
    bytes.remove_prefix(header_size + header.length);
  }
  if (!joined.empty()) {
    joined.erase(0, joined.size() - bytes.size());
    begun_ = std::move(joined);
    if (begun_.empty() && begun_.capacity() > kept_capacity) begun_.shrink_to_fit();
  } else {
    begun_ = bytes;
  }
}

}  // namespace corten::shim::ttrpc
