// SPDX-License-Identifier: Apache-2.0
// A cgroup that systemd makes, as a transient scope; what systemd has no property for is written to its files, by the
// driver for files underneath.
#include <fmt/core.h>

#include <algorithm>
#include <csignal>
#include <utility>

#include "base/error.hpp"
#include "base/log.hpp"
#include "base/scope_exit.hpp"
#include "base/text.hpp"
#include "cgroup/files_manager.hpp"
#include "cgroup/freezer.hpp"
#include "cgroup/layout.hpp"
#include "cgroup/systemd/held.hpp"
#include "cgroup/systemd/manager.hpp"
#include "cgroup/systemd/unit.hpp"

namespace corten::cgroup {
namespace {

/// Takes out of both what a unit that runs cannot change. The file is written all the same, and holds until systemd writes it.
void drop_fixed(std::vector<systemd::Property>& wanted, std::vector<systemd::Property>& present) {
  for (const auto& property : wanted) {
    if (!property.only_at_start) continue;
    const auto held = std::ranges::find(present, property.name, &systemd::Property::name);
    if (held == present.end()) continue;  // this systemd does not know it
    if (held->value != property.value) {
      log::warn(
          fmt::format("systemd takes {} of a new unit only: this unit has {}, and the next daemon-reload restores that",
                      property.name, systemd::show(held->value)));
    }
    present.erase(held);
  }
  std::erase_if(wanted, [](const auto& property) { return property.only_at_start; });
}

/// systemd has an idle cgroup as a weight of 0, which it would write again.
bool ends_idle(const std::vector<Write>& writes, const HeldFiles& held) {
  const auto is = [](std::string_view file) { return [file](const Write& write) { return write.file == file; }; };
  const auto idle = std::ranges::find_if(writes, is("cpu.idle"));
  return idle != writes.end() && trim(idle->value) == "0" && std::ranges::none_of(writes, is("cpu.weight")) &&
         std::ranges::find(held, HeldFiles::value_type{"cpu.idle", "1"}) != held.end();
}

class SystemdManager final : public Manager {
 public:
  explicit SystemdManager(UnitOptions options) : options_{std::move(options)} {}

  [[nodiscard]] const Paths& paths() const override { return files().paths(); }

  // A scope is made with its first process: see start().
  void create() override {}

  [[nodiscard]] Entry entry(const SubPaths& sub) const override {
    if (options_.new_unit) {
      Entry entry;
      entry.attach = [this](pid_t pid) { start(pid); };
      return entry;
    }
    if (!options_.rootless) return files().entry(sub);
    // Between two branches of the tree only a manager above both may move a process.
    std::string path = "/";
    for (const auto& [controller, below] : sub) {
      if (!controller.empty())
        throw Error{fmt::format("unknown controller {}: cgroup v2 has one path for all", controller)};
      path = sub_cgroup({}, below);
    }
    return attaching(path.starts_with('/') ? path : "/" + path);
  }

  [[nodiscard]] Entry entry_beside(pid_t pid) const override {
    if (!options_.rootless) return files().entry_beside(pid);
    const auto rows = visible_cgroups(pid, {{{""}, std::string{cgroup_mount}}});
    const auto row = std::ranges::find(rows, "", &Paths::value_type::first);
    const auto directory = row == rows.end() ? std::string{} : std::string{cgroup_mount} + row->second;
    const auto& own = paths().front().second;
    if (!directory.starts_with(own)) throw Error{fmt::format("process {} is not in unit {}", pid, options_.unit)};
    return attaching(directory.size() == own.size() ? "/" : directory.substr(own.size()));
  }

  void add(pid_t pid) override {
    if (options_.new_unit && !started_) return start(pid);
    units().attach(options_.unit, "/", pid);
  }

  void apply_initial(LimitPart part) override { files().apply_initial(part); }  // systemd has them since start()

  void change(const Resources& wanted) override {
    auto limits = wanted;
    auto properties = plan_unit_limits(limits, options_.layout);
    const auto plan = files().plan(limits);
    files().announce(plan);
    const auto writes = writes_of(plan);
    const auto held = read_held(paths(), options_.layout);
    if (ends_idle(writes, held)) properties.push_back({"CPUWeight", systemd::Value::u64(systemd::infinity)});
    if (properties.empty()) return files().write(plan);
    auto before = add_held(properties, held);
    drop_fixed(properties, before);
    // systemd does not report what the kernel refuses: writing the files does.
    ScopeExit put_back{[&] {
      try_to([&] { set(before); });
      try_to([&] { restore_held(held, paths(), {}); });
    }};
    set(properties);
    restore_held(held, paths(), writes);
    files().write(plan);
    put_back.dismiss();
  }

  [[nodiscard]] std::vector<pid_t> processes() const override { return files().processes(); }
  void kill_all(int signal) override { files().kill_all(signal); }

  void remove() override {
    if (options_.new_unit && !started_) return;  // a unit of this name is somebody else's
    // Otherwise systemd asks them with SIGTERM, and waits.
    if (!processes().empty()) kill_all(SIGKILL);
    try {
      units().stop(options_.unit);
    } catch (const Error& error) {
      log::warn(
          fmt::format("stop unit {}: {}; systemd removes it once its cgroup is empty", options_.unit, error.what()));
    }
    files().remove();
  }

 private:
  void set_frozen(bool frozen) override { frozen ? files().freeze() : files().thaw(); }

  [[nodiscard]] FilesManager& files() const { return *options_.files; }
  [[nodiscard]] systemd::Units& units() const { return *options_.units; }

  /// Into the cgroup at `path` below the unit's.
  [[nodiscard]] Entry attaching(std::string path) const {
    Entry entry;
    entry.attach = [this, path = std::move(path)](pid_t pid) { units().attach(options_.unit, path, pid); };
    return entry;
  }

  void start(pid_t pid) const {
    with_context(apply_step, [&] {
      auto properties = *options_.new_unit;
      properties.push_back(
          {"PIDs", systemd::Value::array("u", {systemd::Value::u32(static_cast<std::uint32_t>(pid))})});
      units().start(options_.unit, std::move(properties));
      started_ = true;
    });
    files().create();
    // systemd moves it in the hierarchies that it knows.
    if (options_.layout == Layout::legacy) files().add(pid);
  }

  /// Adds the properties that make systemd write what the files hold now, where it would write something else, and returns the
  /// present values of all that are to be set.
  std::vector<systemd::Property> add_held(std::vector<systemd::Property>& properties, const HeldFiles& held) {
    if (options_.layout != Layout::unified) return units().get(options_.unit, properties);
    auto asked = properties;
    const auto of_files = properties_of(held);
    asked.insert(asked.end(), of_files.begin(), of_files.end());
    auto present = units().get(options_.unit, asked);
    const auto is_named = [&](const auto& property) {
      return std::ranges::find(properties, property.name, &systemd::Property::name) != properties.end();
    };
    for (auto& property : plan_held(held, present)) {
      if (!is_named(property)) properties.push_back(std::move(property));
    }
    std::erase_if(present, [&](const auto& property) { return !is_named(property); });
    return present;
  }

  void set(const std::vector<systemd::Property>& properties) {
    if (properties.empty()) return;
    const auto write = [&] {
      units().set(options_.unit, properties);
      units().settle();  // it may write to files after its answer
    };
    // On v1 systemd denies all devices for a moment whenever it writes limits.
    options_.layout == Layout::legacy ? while_frozen(*this, write) : write();
  }

  template <class Action>
  static void try_to(Action&& action) noexcept {
    try {
      action();
    } catch (const std::exception& error) {
      log::warn(error.what());
    }
  }

  UnitOptions options_;
  mutable bool started_ = false;
};

}  // namespace

std::unique_ptr<Manager> make_systemd_manager(UnitOptions options) {
  return std::make_unique<SystemdManager>(std::move(options));
}

}  // namespace corten::cgroup
