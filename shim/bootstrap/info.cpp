// SPDX-License-Identifier: Apache-2.0
#include "options.pb-c.h"
#include "shim/bootstrap/actions.hpp"
#include "shim/library.hpp"
#include "shim/message.hpp"

namespace corten::shim {

std::string info(const std::string& input) {
  const std::string name = "io.containerd.corten.v1";
  const std::string type = "types.containerd.io/opencontainers/runtime-spec/1/features/Features";
  const std::unique_ptr<char, void (*)(char*)> features{library::call(&corten_features), &corten_text_free};
  const std::string version_text = corten_version(), features_text = features.get();
  Options__RuntimeVersion version = OPTIONS__RUNTIME_VERSION__INIT;
  version.version = lent(version_text);
  Common__Any features_any = COMMON__ANY__INIT;
  features_any.type_url = lent(type);
  features_any.value = lent_bytes(features_text);
  const auto options = input.empty() ? nullptr : try_unpack<Common__Any>(common__any__descriptor, input);
  Options__RuntimeInfo message = OPTIONS__RUNTIME_INFO__INIT;
  message.name = lent(name);
  message.version = &version;
  message.options = options.get();
  message.features = &features_any;
  return pack(message.base);
}

}  // namespace corten::shim
