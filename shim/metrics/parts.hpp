// SPDX-License-Identifier: Apache-2.0
// What both kinds of metrics are put together with.
#pragma once

#include <protobuf-c/protobuf-c.h>

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <vector>

namespace corten::shim {

/// Fills the numbers of `message` whose names are in `values`: the .proto files name them as the kernel does.
void fill_by_name(ProtobufCMessage& message, const std::map<std::string, std::uint64_t>& values);

/// The messages of a repeated field, and the pointers that protobuf-c wants of them.
template <class Message>
class List {
 public:
  Message& add(const Message& blank) { return messages_.emplace_back(blank); }
  void put(std::size_t& count, Message**& field) {
    pointers_.clear();
    for (auto& message : messages_) pointers_.push_back(&message);
    count = pointers_.size();
    field = pointers_.data();
  }

 private:
  std::deque<Message> messages_;
  std::vector<Message*> pointers_;
};

}  // namespace corten::shim
