// SPDX-License-Identifier: Apache-2.0
// The structs that more than one document or file reads.
#pragma once

#include "spec/config.hpp"
#include "spec/json_value.hpp"

namespace corten::spec {

void read(const JsonValue& from, Process& to);
void read(const JsonValue& from, Resources& to);
void read(const JsonValue& from, Linux& to);
void read(const JsonValue& from, IdMapping& to);
void read(const JsonValue& from, Hook& to);

}  // namespace corten::spec
