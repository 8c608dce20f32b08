// SPDX-License-Identifier: Apache-2.0
#include <string>

#include "abi/guard.hpp"
#include "abi/wanted.hpp"
#include "corten/json_text.hpp"
#include "spec/config.hpp"

using namespace corten;

namespace {

spec::Config read(const char* config) {
  return with_kind(ErrorKind::invalid_config, [&] { return spec::parse_config(&abi::checked(config, "config")); });
}

}  // namespace

char* corten_config_read(const char* config, corten_error** error) {
  return abi::guarded<char*>(error, nullptr, [&] { return abi::new_text(spec::to_json(read(config))); });
}

corten_code corten_config_check(const char* config, const char* bundle, corten_error** error) {
  return abi::attempted(error, [&] {
    const auto directory = abi::bundle_of(&abi::checked(bundle, "bundle"));
    const auto wanted =
        with_kind(ErrorKind::invalid_config, [&] { return spec::parse_config(abi::document_of(config, directory)); });
    container::check_config(wanted, directory);
  });
}

char* corten_config_rootless(const char* config, uid_t uid, gid_t gid, corten_error** error) {
  return abi::guarded<char*>(error, nullptr, [&] {
    auto changed = read(config);
    spec::make_rootless(changed, uid, gid);
    return abi::new_text(spec::to_json(changed));
  });
}
