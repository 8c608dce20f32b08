// SPDX-License-Identifier: Apache-2.0
#include "shim/message.hpp"

namespace corten::shim {

std::string pack(const ProtobufCMessage& message) {
  std::string bytes(protobuf_c_message_get_packed_size(&message), '\0');
  protobuf_c_message_pack(&message, reinterpret_cast<std::uint8_t*>(bytes.data()));
  return bytes;
}

ProtobufCBinaryData lent_bytes(std::string_view bytes) {
  auto* const data = const_cast<char*>(bytes.data());  // NOLINT: packing does not write
  return {bytes.size(), reinterpret_cast<std::uint8_t*>(data)};
}

std::string_view bytes_of(const ProtobufCBinaryData& field) {
  return {reinterpret_cast<const char*>(field.data), field.len};
}

bool holds(const Common__Any* any, std::string_view type) {
  if (any == nullptr) return false;
  const std::string_view name = any->type_url;
  return name.substr(name.rfind('/') + 1) == type;
}

Common__Timestamp timestamp_of(Time time) {
  using namespace std::chrono;
  const auto since = duration_cast<nanoseconds>(time.time_since_epoch()).count();
  Common__Timestamp stamp = COMMON__TIMESTAMP__INIT;
  stamp.seconds = since / 1'000'000'000;
  stamp.nanos = static_cast<std::int32_t>(since % 1'000'000'000);
  return stamp;
}

}  // namespace corten::shim
