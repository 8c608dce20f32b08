// SPDX-License-Identifier: Apache-2.0
// What programs here tell of a condition that does not hold, and of a call that does not fail as it should.
#pragma once

#include <iostream>
#include <string>
#include <string_view>

#include <corten/corten.hpp>

inline int failures = 0;

inline void failed(std::string_view what, std::string_view why) {
  std::cout << what << ": " << why << '\n';
  ++failures;
}

inline void expect(bool holds, std::string_view what) {
  if (!holds) failed(what, "does not hold");
}

/// `call` must throw an error with this code, whose sentence has `part` in it. Returns its errno.
template <class Call>
int expect_error(corten_code code, std::string_view part, std::string_view what, Call&& call) {
  try {
    call();
  } catch (const corten::Error& error) {
    const std::string_view message = error.what();
    if (error.code() != code || message.find(part) == std::string_view::npos) {
      failed(what, "code " + std::to_string(error.code()) + ", \"" + error.what() + "\"; should be " +
                       std::to_string(code) + " with \"" + std::string{part} + "\"");
    }
    return error.number();
  }
  failed(what, "did not fail");
  return 0;
}

// A line for what a program expects, with its source as the name.
#define EXPECT(condition) expect(static_cast<bool>(condition), #condition)
#define EXPECT_ERROR(code, part, call) expect_error(code, part, #call, [&] { static_cast<void>(call); })
