// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <utility>

#include "abi/guard.hpp"
#include "abi/pids.hpp"
#include "abi/wanted.hpp"
#include "spec/config.hpp"
#include "spec/events.hpp"
#include "spec/state.hpp"

using namespace corten;

namespace {

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

/// `make` with the stage that the runtime keeps ready, where it keeps one. The next is started afterwards, for the caller to find.
template <class Make>
auto with_spare(const corten_runtime* runtime, Make make) {
  return [runtime, make](const auto& settings, const auto& id, const auto& config, auto options) {
    auto* const spare = runtime->spare.get();
    if (spare != nullptr) options.stage = spare->take(options.stdio);
    auto made = make(settings, id, config, options);
    if (spare != nullptr) spare->prepare();
    return made;
  };
}

}  // namespace

corten_container* corten_container_create(const corten_runtime* runtime, const char* id,
                                          const corten_create_options* options, corten_process** process,
                                          corten_error** error) {
  return abi::make_container(runtime, id, options, process, error, with_spare(runtime, &container::Container::create));
}

corten_container* corten_container_run(const corten_runtime* runtime, const char* id,
                                       const corten_create_options* options, corten_process** process,
                                       corten_error** error) {
  return abi::make_container(runtime, id, options, process, error, with_spare(runtime, &container::Container::run));
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

char* corten_container_usage(const corten_container* container, corten_error** error) {
  return told(container, error, [](const auto& one) { return spec::stats_json(one.full_statistics()); });
}

corten_code corten_container_processes(const corten_container* container, pid_t* pids, size_t capacity, size_t* count,
                                       corten_error** error) {
  return abi::attempted(error, [&] {
    abi::give_pids(abi::checked(container, "container").container->processes(), pids, capacity, count);
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
    exec.stdio = abi::stdio_of(given.stdio);
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
