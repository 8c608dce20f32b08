// SPDX-License-Identifier: Apache-2.0
#include "shim/library.hpp"

namespace corten::shim::library {
namespace {

Code code_of(corten_code code) {
  switch (code) {
    case CORTEN_INVALID_ARGUMENT:
    case CORTEN_INVALID_CONFIG: return Code::invalid_argument;
    case CORTEN_EXISTS: return Code::already_exists;
    // To the callers of a task a process that has ended is not there: they go on to delete it.
    case CORTEN_NOT_FOUND:
    case CORTEN_STOPPED:
    case CORTEN_NOT_RUNNING: return Code::not_found;
    case CORTEN_RUNNING:
    case CORTEN_PAUSED:
    case CORTEN_NOT_PAUSED: return Code::failed_precondition;
    case CORTEN_BUSY: return Code::unavailable;
    case CORTEN_NO_MEMORY:
    case CORTEN_NO_DESCRIPTORS: return Code::resource_exhausted;
    default: return Code::unknown;
  }
}

}  // namespace

Failure take(corten_error* error) {
  const std::unique_ptr<corten_error, void (*)(corten_error*)> owner{error, &corten_error_free};
  return {code_of(corten_error_code(error)), corten_error_message(error)};
}

Runtime open_runtime(const std::string& root, bool systemd_cgroups) {
  corten_runtime_options options{};
  options.size = sizeof options;
  options.root = root.c_str();
  options.cgroups = systemd_cgroups ? CORTEN_CGROUPS_SYSTEMD : CORTEN_CGROUPS_FILES;
  options.init = "/proc/self/exe";
  return Runtime{call(&corten_runtime_new, &options)};
}

}  // namespace corten::shim::library
