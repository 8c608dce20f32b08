// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <string>
#include <utility>

#include "abi/guard.hpp"
#include "spec/config.hpp"
#include "spec/events.hpp"
#include "spec/state.hpp"

using namespace corten;

namespace {

container::StdioOptions stdio_of(const corten_stdio* stdio, bool detach) {
  container::StdioOptions options;
  if (stdio == nullptr) return options;
  const auto given = abi::options_of(stdio, "corten_stdio");
  for (std::size_t at = 0; const int fd : {given.input, given.output, given.errors}) {
    if (fd < 0) throw Error{"corten_stdio: a negative number is no descriptor", ErrorKind::invalid_argument};
    options.streams[at++] = fd == 0 ? -1 : fd;
  }
  options.console_socket = abi::text_of(given.console_socket);
  options.preserve_fds = given.preserve_fds;
  options.detach = detach && !options.console_socket.empty();
  return options;
}

/// A container as its document asks for it.
struct Wanted {
  container::CreateOptions options;
  spec::Config config;
};

Wanted wanted(const corten_create_options* given_options) {
  const auto given = abi::options_of(&abi::checked(given_options, "options"), "corten_create_options");
  Wanted wanted;
  auto& options = wanted.options;
  options.bundle = abi::text_of(given.bundle);
  if (!options.bundle.starts_with('/')) {
    throw Error{"the bundle " + options.bundle + " is no absolute path", ErrorKind::invalid_argument};
  }
  options.stdio = stdio_of(given.stdio, true);
  options.no_pivot = given.no_pivot != 0;
  options.no_new_keyring = given.no_new_keyring != 0;
  with_kind(ErrorKind::invalid_config, [&] {
    options.document = given.config == nullptr ? container::read_config(options.bundle) : std::string{given.config};
    wanted.config = spec::parse_config(options.document);
  });
  return wanted;
}

using Make = container::Running (*)(const container::Settings&, const std::string&, const spec::Config&,
                                    const container::CreateOptions&);

corten_container* make(Make how, const corten_runtime* runtime, const char* id, const corten_create_options* options,
                       corten_process** process, corten_error** error) {
  return abi::guarded<corten_container*>(error, nullptr, [&] {
    const auto& settings = abi::checked(runtime, "runtime").settings;
    const auto& name = abi::checked(id, "id");
    const auto what = wanted(options);
    // What could fail afterwards comes before.
    auto handle = std::make_unique<corten_process>();
    auto result = std::make_unique<corten_container>();
    auto made = how(settings, &name, what.config, what.options);
    if (made.readiness) made.readiness->wait(made.process.pid);
    *handle = {made.process.pid, std::move(made.process.terminal)};
    result->container.emplace(std::move(made.container));
    if (process != nullptr) *process = handle.release();
    return result.release();
  });
}

corten_status status_of(container::Status status) {
  switch (status) {
    case container::Status::creating: return CORTEN_STATUS_CREATING;
    case container::Status::created: return CORTEN_STATUS_CREATED;
    case container::Status::running: return CORTEN_STATUS_RUNNING;
    case container::Status::paused: return CORTEN_STATUS_PAUSED;
    case container::Status::stopped: return CORTEN_STATUS_STOPPED;
  }
  return CORTEN_STATUS_UNKNOWN;
}

template <class Text>
char* told(const corten_container* container, corten_error** error, Text&& text) {
  return abi::guarded<char*>(error, nullptr,
                             [&] { return abi::new_text(text(*abi::checked(container, "container").container)); });
}

template <class Act>
corten_code act(corten_container* container, corten_error** error, Act&& action) {
  return abi::attempted(error, [&] { action(*abi::checked(container, "container").container); });
}

}  // namespace

corten_container* corten_container_create(const corten_runtime* runtime, const char* id,
                                          const corten_create_options* options, corten_process** process,
                                          corten_error** error) {
  return make(&container::Container::create, runtime, id, options, process, error);
}

corten_container* corten_container_run(const corten_runtime* runtime, const char* id,
                                       const corten_create_options* options, corten_process** process,
                                       corten_error** error) {
  return make(&container::Container::run, runtime, id, options, process, error);
}

corten_container* corten_container_load(const corten_runtime* runtime, const char* id, corten_error** error) {
  return abi::guarded<corten_container*>(error, nullptr, [&] {
    const auto& settings = abi::checked(runtime, "runtime").settings;
    return new corten_container{container::Container::load(settings, &abi::checked(id, "id"))};
  });
}

void corten_container_free(corten_container* container) { delete container; }

const char* corten_container_id(const corten_container* container) {
  return container == nullptr ? nullptr : container->container->id().c_str();
}

corten_status corten_container_status(const corten_container* container, corten_error** error) {
  return abi::guarded(error, CORTEN_STATUS_UNKNOWN,
                      [&] { return status_of(abi::checked(container, "container").container->status()); });
}

char* corten_container_state(const corten_container* container, corten_error** error) {
  return told(container, error, [](const auto& one) { return spec::state_json(one.state()); });
}

char* corten_container_statistics(const corten_container* container, corten_error** error) {
  return told(container, error, [](const auto& one) { return spec::stats_json(one.statistics()); });
}

corten_code corten_container_processes(const corten_container* container, pid_t* pids, size_t capacity, size_t* count,
                                       corten_error** error) {
  return abi::attempted(error, [&] {
    const auto found = abi::checked(container, "container").container->processes();
    if (count != nullptr) *count = found.size();
    if (pids != nullptr) std::copy_n(found.begin(), std::min(capacity, found.size()), pids);
  });
}

corten_code corten_container_start(corten_container* container, corten_error** error) {
  return act(container, error, [](auto& one) { one.start(); });
}

corten_process* corten_container_exec(corten_container* container, const corten_exec_options* options,
                                      corten_error** error) {
  return abi::guarded<corten_process*>(error, nullptr, [&] {
    auto& into = *abi::checked(container, "container").container;
    const auto given = abi::options_of(&abi::checked(options, "options"), "corten_exec_options");
    container::ExecOptions exec;
    exec.stdio = stdio_of(given.stdio, true);
    exec.ignore_paused = given.ignore_paused != 0;
    exec.process = with_kind(ErrorKind::invalid_config,
                             [&] { return spec::parse_process(&abi::checked(given.process, "options->process")); });
    auto handle = std::make_unique<corten_process>();
    auto process = into.exec(exec);
    *handle = {process.pid, std::move(process.terminal)};
    return handle.release();
  });
}

corten_code corten_container_signal(corten_container* container, int number, int all, corten_error** error) {
  return act(container, error, [&](auto& one) { one.kill(number, all != 0); });
}

corten_code corten_container_pause(corten_container* container, corten_error** error) {
  return act(container, error, [](auto& one) { one.pause(); });
}

corten_code corten_container_resume(corten_container* container, corten_error** error) {
  return act(container, error, [](auto& one) { one.resume(); });
}

corten_code corten_container_update(corten_container* container, const char* resources, corten_error** error) {
  return act(container, error, [&](auto& one) {
    const auto limits = with_kind(ErrorKind::invalid_config,
                                  [&] { return spec::parse_resources(&abi::checked(resources, "resources")); });
    one.update(limits);
  });
}

corten_code corten_container_destroy(corten_container* container, int force, corten_error** error) {
  return act(container, error, [&](auto& one) { one.remove(force != 0); });
}
