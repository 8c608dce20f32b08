// SPDX-License-Identifier: Apache-2.0
#include "shim/failure.hpp"

#include <new>

#include "base/error.hpp"

namespace corten::shim {
namespace {

Code code_of(const Error& error) {
  switch (error.kind()) {
    case ErrorKind::invalid_argument:
    case ErrorKind::invalid_config: return Code::invalid_argument;
    case ErrorKind::exists: return Code::already_exists;
    case ErrorKind::not_found: return Code::not_found;
    default: return Code::unknown;
  }
}

}  // namespace

Failure failure_of(const std::exception_ptr& problem) {
  try {
    std::rethrow_exception(problem);
  } catch (const Failure& failure) {
    return failure;
  } catch (const Error& error) {
    return {code_of(error), error.message()};
  } catch (const std::bad_alloc&) {
    return {Code::resource_exhausted, "out of memory"};
  } catch (const std::exception& error) {
    return {Code::unknown, error.what()};
  }
}

}  // namespace corten::shim
