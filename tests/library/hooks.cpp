// SPDX-License-Identifier: Apache-2.0
// Hooks that are functions of the program. Usage: hooks BUNDLE STATE-DIRECTORY; the bundle's process runs until it is killed.
#include <signal.h>

#include <fstream>
#include <iostream>
#include <stdexcept>
#include <string>
#include <vector>

#include <corten/corten.hpp>

namespace {

using namespace corten;
using Strings = std::vector<std::string>;

void require(bool holds, const std::string& what) {
  if (!holds) throw std::runtime_error{"not so: " + what};
}

/// What a call throws.
template <class Call>
Error failure(Call&& call) {
  try {
    call();
  } catch (const Error& error) {
    return error;
  }
  throw std::runtime_error{"a call that should fail does not"};
}

bool has(const Error& error, corten_code code, const std::string& part) {
  std::cout << error.what() << '\n';
  return error.code() == code && std::string{error.what()}.find(part) != std::string::npos;
}

/// There is no container of this name: its id is free again.
void require_gone(const Runtime& runtime, const std::string& id) {
  require(has(failure([&] { static_cast<void>(runtime.load(id)); }), CORTEN_NOT_FOUND, "does not exist"), "it is gone");
}

HookFunctions::Function note(Strings& calls, const std::string& kind) {
  return [&calls, kind](const spec::State& state) {
    calls.push_back(kind + " " + state.id + " " + state.status + (state.pid > 0 ? " with pid" : ""));
  };
}

HookFunctions all(Strings& calls) {
  return {.prestart = note(calls, "prestart"),
          .create_runtime = note(calls, "createRuntime"),
          .poststart = note(calls, "poststart"),
          .poststop = note(calls, "poststop")};
}

void in_order(const Runtime& runtime, const std::string& bundle) {
  const Strings made{"prestart hooks creating with pid", "createRuntime hooks creating with pid"};
  const Strings started{made[0], made[1], "poststart hooks running with pid"};
  const Strings stopped{made[0], made[1], started[2], "poststop hooks stopped"};
  for (const bool at_once : {true, false}) {
    Strings calls;
    const Plan plan{.bundle = bundle, .hooks = all(calls)};
    auto first = at_once ? runtime.run("hooks", plan) : runtime.create("hooks", plan);
    auto moved = std::move(first.container);
    if (!at_once) {
      require(calls == made, "a container that is made has had two hooks");
      moved.start();
    }
    require(calls == started, "one that runs three");
    moved.signal(SIGKILL);
    static_cast<void>(first.process.wait());
    moved.destroy();
    require(calls == stopped, "and one that is destroyed four");
  }
}

void failing(const Runtime& runtime, const std::string& bundle) {
  Strings calls;
  auto hooks = all(calls);
  hooks.create_runtime = [](const spec::State&) { throw std::runtime_error{"no bridge"}; };
  const Plan plan{.bundle = bundle, .hooks = hooks};
  require(has(failure([&] { static_cast<void>(runtime.run("hooks", plan)); }), CORTEN_FAILED,
              "createRuntime hook function: no bridge"),
          "the error says what the function threw");
  require_gone(runtime, "hooks");
  require(calls == Strings{"prestart hooks creating with pid", "poststop hooks stopped"}, "poststop follows");

  hooks.prestart = [](const spec::State&) { throw 5; };
  const Plan odd{.bundle = bundle, .hooks = hooks};
  require(has(failure([&] { static_cast<void>(runtime.create("hooks", odd)); }), CORTEN_FAILED, "it returned 1"),
          "odd");
  require_gone(runtime, "hooks");
}

void failing_later(const Runtime& runtime, const std::string& bundle) {
  HookFunctions hooks;
  hooks.poststart = [](const spec::State&) { throw std::runtime_error{"too late"}; };
  hooks.poststop = [](const spec::State&) { throw std::runtime_error{"is a warning"}; };
  const Plan plan{.bundle = bundle, .hooks = hooks};
  Strings messages;
  const auto keep = [](void* data, corten_level level, const char* text) {
    static_cast<Strings*>(data)->push_back(std::to_string(level) + " " + text);
  };
  corten_set_log(keep, &messages, CORTEN_WARNING);
  require(has(failure([&] { static_cast<void>(runtime.run("hooks", plan)); }), CORTEN_FAILED, "poststart"), "run");
  require(messages.size() == 1 && messages[0].starts_with("1 ") && messages[0].ends_with("is a warning"), "is logged");
  corten_set_log(nullptr, nullptr, CORTEN_ERROR);
  require_gone(runtime, "hooks");
  auto made = runtime.create("hooks", plan);
  require(has(failure([&] { made.container.start(); }), CORTEN_FAILED, "too late"), "start");
  require_gone(runtime, "hooks");
  require(made.process.wait() == 128 + SIGKILL, "its process is ended");
}

/// The library can be used from a function; the container is there, and is busy.
void using_the_library(const Runtime& runtime, const std::string& bundle) {
  bool looked = false;
  HookFunctions hooks;
  hooks.create_runtime = [&](const spec::State& state) {
    auto same = runtime.load(state.id);
    looked =
        same.status() == Status::creating && has(failure([&] { same.start(); }), CORTEN_BUSY, "still being created");
  };
  auto made = runtime.create("hooks", {.bundle = bundle, .hooks = hooks});
  require(looked, "a function finds the container, which is being made");
  made.container.destroy(true);
  static_cast<void>(made.process.wait());
}

/// A handle that was loaded has none of them.
void of_the_handle(const Runtime& runtime, const std::string& bundle) {
  Strings calls;
  auto made = runtime.run("hooks", {.bundle = bundle, .hooks = all(calls)});
  calls.clear();
  runtime.load("hooks").destroy(true);
  static_cast<void>(made.process.wait());
  require(calls.empty(), "nobody else calls them");
}

/// A forced end of a container whose state cannot be read calls them, too.
void without_state(const Runtime& runtime, const std::string& bundle, const std::string& root) {
  Strings calls;
  auto made = runtime.run("hooks", {.bundle = bundle, .hooks = all(calls)});
  calls.clear();
  std::ofstream{root + "/hooks/state.json"} << "{";
  made.container.destroy(true);
  static_cast<void>(made.process.wait());
  require_gone(runtime, "hooks");
  require(calls == Strings{"poststop hooks stopped"}, "poststop is called without a state");
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  try {
    const Runtime runtime{{.root = argv[2]}};
    in_order(runtime, argv[1]);
    failing(runtime, argv[1]);
    failing_later(runtime, argv[1]);
    using_the_library(runtime, argv[1]);
    of_the_handle(runtime, argv[1]);
    without_state(runtime, argv[1], argv[2]);
    return 0;
  } catch (const std::exception& error) {
    std::cout << error.what() << '\n';
    return 1;
  }
}
