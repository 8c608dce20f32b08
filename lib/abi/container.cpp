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

}  // namespace

corten_container* corten_container_create(const corten_runtime* runtime, const char* id,
                                          const corten_create_options* options, corten_process** process,
                                          corten_error** error) {
  const auto make = [](const auto& settings, const auto& name, const auto& config, const auto& what, auto /*images*/) {
    return container::Container::create(settings, name, config, what);
  };
  return abi::make_container(runtime, id, options, process, error, make, true);
}

corten_container* corten_container_run(const corten_runtime* runtime, const char* id,
                                       const corten_create_options* options, corten_process** process,
                                       corten_error** error) {
  const auto make = [](const auto& settings, const auto& name, const auto& config, const auto& what, auto /*images*/) {
    return container::Container::run(settings, name, config, what);
  };
  return abi::make_container(runtime, id, options, process, error, make, true);
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
  return corten_container_update_rdt(container, resources, nullptr, nullptr, error);
}

corten_code corten_container_update_rdt(corten_container* container, const char* resources, const char* cache,
                                        const char* bandwidth, corten_error** error) {
  return act(container, error, [&](auto& one) {
    const auto limits = with_kind(ErrorKind::invalid_config,
                                  [&] { return spec::parse_resources(&abi::checked(resources, "resources")); });
    one.update(limits, {abi::text_of(cache), abi::text_of(bandwidth)});
  });
}

corten_code corten_container_destroy(corten_container* container, int force, corten_error** error) {
  return act(container, error, [&](auto& one) { one.remove(force != 0); });
}

corten_code corten_container_destroy_ended(corten_container* container, corten_error** error) {
  return act(container, error, [](auto& one) { one.remove_ended(); });
}
