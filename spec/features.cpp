// SPDX-License-Identifier: Apache-2.0
#include "spec/features.hpp"

#include "spec/field_writer.hpp"

namespace corten::spec {

std::string features_json(const Features& features) {
  JsonWriter json{"    "};
  FieldWriter{json}.value(features);
  return json.take() + "\n";
}

}  // namespace corten::spec
