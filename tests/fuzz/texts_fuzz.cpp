// SPDX-License-Identifier: Apache-2.0
// Short texts that cross the C interface, from hostile bytes: addresses, names, labels, paths of cgroups. A call returns
// something or an error with its code; nothing is made, since there is no network namespace, and no root of resctrl.
#include <corten.h>

#include <array>
#include <memory>
#include <string>
#include <string_view>

#include "input.hpp"

namespace {

using namespace corten::fuzz;

struct Free {
  void operator()(corten_error* error) const { corten_error_free(error); }
  void operator()(char* text) const { corten_text_free(text); }
  void operator()(corten_users* users) const { corten_users_free(users); }
  void operator()(corten_cgroup* cgroup) const { corten_cgroup_free(cgroup); }
  void operator()(corten_interface_list* list) const { corten_interface_list_free(list); }
  void operator()(corten_rdt_group* group) const { corten_rdt_group_free(group); }
};
template <class Handle>
using Owner = std::unique_ptr<Handle, Free>;

constexpr const char* nowhere = "/dev/null/nowhere";

/// Whether there is no error; one has a code and a message.
bool fine(corten_error* raw) {
  const Owner<corten_error> error{raw};
  if (!error) return true;
  require(corten_error_code(error.get()) != CORTEN_OK && corten_error_message(error.get())[0] != '\0');
  return false;
}

template <class Call>
bool succeeds(Call&& call) {
  corten_error* error = nullptr;
  const bool ok = call(&error) == CORTEN_OK;
  require(fine(error) == ok);
  return ok;
}

/// An empty handle where `call` fails.
template <class Call>
auto handle_of(Call&& call) {
  corten_error* error = nullptr;
  Owner<std::remove_pointer_t<decltype(call(&error))>> handle{call(&error)};
  require(fine(error) == (handle != nullptr));
  return handle;
}

/// NULL in one of eight inputs.
class Texts {
 public:
  explicit Texts(Input& input) {
    for (auto& text : texts_) {
      given_[next_++] = input.number(8) != 0;
      text = input.text(63);
    }
    next_ = 0;
  }
  const char* next() {
    const auto at = next_++ % texts_.size();
    return given_[at] ? texts_[at].c_str() : nullptr;
  }

 private:
  std::array<std::string, 8> texts_;
  std::array<bool, 8> given_{};
  std::size_t next_ = 0;
};

void try_network(Texts texts, Input& input) {
  corten_veth_options options{};
  options.size = sizeof options;
  options.host_name = texts.next();
  options.name = texts.next();
  options.bridge = texts.next();
  options.hardware_address = texts.next();
  options.address = texts.next();
  options.gateway = texts.next();
  options.address_v6 = texts.next();
  options.gateway_v6 = texts.next();
  options.hairpin = static_cast<int>(input.number(2));
  require(!succeeds([&](auto** error) { return corten_network_add_veth(nowhere, &options, error); }));
  require(!handle_of([&](auto** error) { return corten_interfaces(nowhere, options.name, error); }));
}

void try_labels(Texts texts) {
  std::array<const char*, 3> options{texts.next(), texts.next(), texts.next()};
  char* process = nullptr;
  char* mount = nullptr;
  if (succeeds([&](auto** error) {
        return corten_selinux_new_labels(options.data(), options.size(), &process, &mount, error);
      })) {
    const Owner<char> first{process};
    const Owner<char> second{mount};
    require(process != nullptr && mount != nullptr);
  }
  const char* const label = texts.next();
  const auto kin = handle_of([&](auto** error) { return corten_selinux_options(label, error); });
  if (kin) require(std::string_view{kin.get()}.find("\n\n") == std::string_view::npos);
  if (succeeds([&](auto** error) { return corten_selinux_reserve(label, error); }))
    require(succeeds([&](auto** error) { return corten_selinux_release(label, error); }));
  const char* const data = texts.next();
  const auto shown = handle_of([&](auto** error) { return corten_selinux_mount_options(data, label, error); });
  if (shown && data != nullptr) require(std::string_view{shown.get()}.starts_with(data));
}

void try_users(Texts texts) {
  static const Owner<corten_users> users{corten_users_open("/", nullptr)};
  require(users != nullptr);
  const std::array<const char*, 2> groups{texts.next(), texts.next()};
  corten_user_options options{};
  options.size = sizeof options;
  options.user = texts.next();
  options.home = texts.next();
  options.groups = groups.data();
  options.group_count = groups[0] == nullptr ? 0 : groups.size();
  corten_user user{};
  user.size = sizeof user;
  if (succeeds([&](auto** error) { return corten_users_resolve(users.get(), &options, &user, error); }))
    require(user.home != nullptr && (user.group_count == 0 || user.groups != nullptr));
  corten_passwd_entry entry{};
  entry.size = sizeof entry;
  const char* const who = texts.next();
  if (succeeds([&](auto** error) { return corten_users_find_user(users.get(), who, &entry, error); }))
    require(entry.name != nullptr && entry.shell != nullptr);
  corten_group_entry group{};
  group.size = sizeof group;
  if (succeeds([&](auto** error) { return corten_users_find_group(users.get(), who, &group, error); }))
    require(group.name != nullptr);
}

void try_cgroup(Texts texts, Input& input) {
  corten_cgroup_options options{};
  options.size = sizeof options;
  options.path = texts.next();
  options.driver = static_cast<corten_cgroups>(input.number(3));
  const std::string resources = input.rest();
  options.resources = resources.empty() ? nullptr : resources.c_str();
  if (options.driver != CORTEN_CGROUPS_SYSTEMD) {
    const auto cgroup = handle_of([&](auto** error) { return corten_cgroup_open(&options, error); });
    const auto path = cgroup ? Owner<char>{corten_cgroup_path(cgroup.get(), texts.next(), nullptr)} : nullptr;
    if (path) require(std::string_view{path.get()}.starts_with("/sys/fs/cgroup/"));
  }
  static_cast<void>(handle_of([&](auto** error) { return corten_cgroup_of(0, texts.next(), error); }));
}

void try_rdt(Texts texts, Input& input) {
  const char* const id = texts.next();
  const std::string settings = input.rest();
  const auto group =
      handle_of([&](auto** error) { return corten_rdt_group_new(nowhere, id, settings.c_str(), error); });
  if (!group) return;
  require(std::string_view{corten_rdt_group_path(group.get())}.starts_with(nowhere));
  require(!succeeds([&](auto** error) { return corten_rdt_group_update(group.get(), settings.c_str(), error); }));
}

void try_names(Texts texts) {
  const char* const name = texts.next();
  const int number = corten_capability_number(name);
  require(number < 0 || std::string_view{corten_capability_name(number)} == name);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Input input{data, size};
  const auto which = input.number(6);
  const Texts texts{input};
  switch (which) {
    case 0: try_names(texts); break;
    case 1: try_network(texts, input); break;
    case 2: try_labels(texts); break;
    case 3: try_users(texts); break;
    case 4: try_cgroup(texts, input); break;
    default: try_rdt(texts, input); break;
  }
  return 0;
}
