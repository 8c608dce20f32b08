// SPDX-License-Identifier: Apache-2.0
#include "shim/metrics/parts.hpp"

#include <cstring>

namespace corten::shim {

void fill_by_name(ProtobufCMessage& message, const std::map<std::string, std::uint64_t>& values) {
  for (unsigned at = 0; at < message.descriptor->n_fields; ++at) {
    const auto& field = message.descriptor->fields[at];
    if (field.type != PROTOBUF_C_TYPE_UINT64 || field.label == PROTOBUF_C_LABEL_REPEATED) continue;
    const auto found = values.find(field.name);
    if (found == values.end()) continue;
    std::memcpy(reinterpret_cast<char*>(&message) + field.offset, &found->second, sizeof found->second);
  }
}

}  // namespace corten::shim
