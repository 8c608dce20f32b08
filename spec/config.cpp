// SPDX-License-Identifier: Apache-2.0
#include "spec/config.hpp"

#include "spec/readers.hpp"

namespace corten::spec {

void read(const JsonValue& from, Root& to) {
  from.field("path", to.path);
  from.field("readonly", to.readonly);
}

void read(const JsonValue& from, Mount& to) {
  from.field("destination", to.destination);
  from.field("type", to.type);
  from.field("source", to.source);
  from.field("options", to.options);
  from.field("uidMappings", to.uid_mappings);
  from.field("gidMappings", to.gid_mappings);
}

void read(const JsonValue& from, Hook& to) {
  from.field("path", to.path);
  from.field("args", to.args);
  from.field("env", to.env);
  from.field("timeout", to.timeout);
}

void read(const JsonValue& from, Hooks& to) {
  from.field("prestart", to.prestart);
  from.field("createRuntime", to.create_runtime);
  from.field("createContainer", to.create_container);
  from.field("startContainer", to.start_container);
  from.field("poststart", to.poststart);
  from.field("poststop", to.poststop);
}

Config parse_config(std::string_view json) {
  const JsonTree tree{json, "config.json", {}, Rest::ignored};
  const JsonValue root{tree};
  Config config;
  root.field("ociVersion", config.oci_version);
  root.field("root", config.root);
  root.field("mounts", config.mounts);
  root.field("process", config.process);
  root.field("hostname", config.hostname);
  root.field("domainname", config.domainname);
  root.field("hooks", config.hooks);
  root.field("annotations", config.annotations);
  root.field("linux", config.platform);
  return config;
}

}  // namespace corten::spec
