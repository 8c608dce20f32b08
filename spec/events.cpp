// SPDX-License-Identifier: Apache-2.0
#include "spec/events.hpp"

#include "corten/usage_fields.hpp"
#include "spec/field_writer.hpp"

namespace corten::spec {

std::string stats_event_json(std::string_view id, const resources::Statistics& statistics) {
  JsonWriter json;
  json.begin_object();
  json.member("type", std::string_view{"stats"});
  json.member("id", id);
  FieldWriter{json}.always("data", statistics);
  json.end_object();
  return json.take();
}

std::string stats_json(const resources::Statistics& statistics) {
  JsonWriter json;
  FieldWriter{json}.value(statistics);
  return json.take();
}

std::string rdt_json(const resources::RdtStatistics& statistics) {
  JsonWriter json;
  FieldWriter{json}.value(statistics);
  return json.take();
}

std::string oom_event_json(std::string_view id) {
  JsonWriter json;
  json.begin_object();
  json.member("type", std::string_view{"oom"});
  json.member("id", id);
  json.end_object();
  return json.take();
}

}  // namespace corten::spec
