// SPDX-License-Identifier: Apache-2.0
// What is asked of the library and of the host, without a container.
#include <fmt/core.h>
#include <seccomp.h>

#include "abi/guard.hpp"
#include "api/features.hpp"
#include "base/version.hpp"
#include "init/program.hpp"
#include "spec/config.hpp"
#include "sys/signals.hpp"
#include "sys/user_namespace.hpp"

using namespace corten;

const char* corten_version() { return version.data(); }

void corten_become_init(int argc, char** argv) { init::run_if_asked(argc, argv); }

char* corten_build(corten_error** error) {
  return abi::guarded<char*>(error, nullptr, [] {
    return abi::new_text(fmt::format("commit: {}\nspec: {}\nlibseccomp: {}.{}.{}\n", commit, spec::oci_version,
                                     SCMP_VER_MAJOR, SCMP_VER_MINOR, SCMP_VER_MICRO));
  });
}

char* corten_features(corten_error** error) {
  return abi::guarded<char*>(error, nullptr, [] { return abi::new_text(spec::features_json(container::features())); });
}

char* corten_default_config(int rootless, corten_error** error) {
  return abi::guarded<char*>(error, nullptr, [&] { return abi::new_text(container::default_config(rootless != 0)); });
}

int corten_in_user_namespace(corten_error** error) {
  return abi::guarded(error, -1, [] { return sys::in_user_namespace() ? 1 : 0; });
}

int corten_signal_number(const char* name, corten_error** error) {
  return abi::guarded(error, -1, [&] {
    return with_kind(ErrorKind::invalid_argument, [&] { return sys::parse_signal(&abi::checked(name, "name")); });
  });
}
