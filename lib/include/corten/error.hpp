// SPDX-License-Identifier: Apache-2.0
// What a call of libcorten throws.
#pragma once

#include <corten.h>

#include <exception>
#include <memory>

namespace corten {
inline namespace v0 {

/// What went wrong: what() is one sentence with the step, the object and the reason.
class Error : public std::exception {
 public:
  explicit Error(corten_error* error) : error_{error, &corten_error_free} {}
  [[nodiscard]] const char* what() const noexcept override { return corten_error_message(error_.get()); }
  [[nodiscard]] corten_code code() const noexcept { return corten_error_code(error_.get()); }
  /// The errno behind it, or 0.
  [[nodiscard]] int number() const noexcept { return corten_error_errno(error_.get()); }

 private:
  std::shared_ptr<corten_error> error_;
};

}  // namespace v0
}  // namespace corten
