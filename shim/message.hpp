// SPDX-License-Identifier: Apache-2.0
// Messages of protobuf-c as values: read from bytes, with an owner, and written as bytes. Fields that a message does not have are
// read over.
#pragma once

#include <protobuf-c/protobuf-c.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "common.pb-c.h"
#include "shim/failure.hpp"

namespace corten::shim {

struct FreeMessage {
  template <class Message>
  void operator()(Message* message) const {
    protobuf_c_message_free_unpacked(&message->base, nullptr);
  }
};
template <class Message>
using Owned = std::unique_ptr<Message, FreeMessage>;

/// The message of `descriptor` in `bytes`, or nullptr where they are none.
template <class Message>
[[nodiscard]] Owned<Message> try_unpack(const ProtobufCMessageDescriptor& descriptor, std::string_view bytes) {
  auto* const message = protobuf_c_message_unpack(&descriptor, nullptr, bytes.size(),
                                                  reinterpret_cast<const std::uint8_t*>(bytes.data()));
  return Owned<Message>{reinterpret_cast<Message*>(message)};
}

/// Throws where `bytes` are no such message.
template <class Message>
[[nodiscard]] Owned<Message> unpack(const ProtobufCMessageDescriptor& descriptor, std::string_view bytes) {
  auto message = try_unpack<Message>(descriptor, bytes);
  if (!message) throw Failure{Code::internal, std::string{"the message is no "} + descriptor.short_name};
  return message;
}

[[nodiscard]] std::string pack(const ProtobufCMessage& message);

/// What a message that is packed at once points to: packing does not write.
[[nodiscard]] inline char* lent(const std::string& text) { return const_cast<char*>(text.c_str()); }  // NOLINT
[[nodiscard]] ProtobufCBinaryData lent_bytes(std::string_view bytes);

/// The bytes of a field.
[[nodiscard]] std::string_view bytes_of(const ProtobufCBinaryData& field);

/// Whether `any`, which may be nullptr, holds a message of `type`; what stands before the last slash of its name counts for
/// nothing.
[[nodiscard]] bool holds(const Common__Any* any, std::string_view type);

/// The message in `any`, or nullptr where there is none or another. Throws where it is broken.
template <class Message>
[[nodiscard]] Owned<Message> unpack_any(const Common__Any* any, std::string_view type,
                                        const ProtobufCMessageDescriptor& descriptor) {
  if (!holds(any, type)) return nullptr;
  return unpack<Message>(descriptor, bytes_of(any->value));
}

using Time = std::chrono::system_clock::time_point;
[[nodiscard]] Common__Timestamp timestamp_of(Time time);

}  // namespace corten::shim
