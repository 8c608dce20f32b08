// SPDX-License-Identifier: Apache-2.0
#include "container/state/state_dir.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <chrono>
#include <filesystem>
#include <thread>

#include "base/error.hpp"
#include "base/text.hpp"
#include "sys/file.hpp"
#include "sys/open_in_root.hpp"
#include "sys/syscall.hpp"

namespace corten::container {
namespace {

constexpr const char* state_file = "state.json";

bool is_id(std::string_view id) {
  const auto allowed = [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '_' || c == '+' || c == '-' || c == '.';
  };
  return !id.empty() && id != "." && id != ".." && std::all_of(id.begin(), id.end(), allowed);
}

std::string path_of(const std::string& directory, const std::string& name) { return directory + "/" + name; }

/// $XDG_RUNTIME_DIR is cleared of what was long not accessed, unless it is sticky (XDG base directory specification).
void make_root(const std::string& root, const std::string& runtime_dir) {
  sys::make_directories(root, 0700);
  if (runtime_dir.empty() || !root.starts_with(path_of(runtime_dir, ""))) return;
  sys::check([&] { return fmt::format("chmod {}", root); }, [&] { return ::chmod(root.c_str(), S_ISVTX | 0700); });
}

constexpr int directory_flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW;

// What is there may be something else: no symlink is followed, and nobody waits as at a fifo.
constexpr int careful_flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY;

// What is larger cannot be read later.
constexpr std::size_t largest_state = 64U << 20U;

/// Makes the directory that claims an id.
void claim(const std::string& root, const std::string& path, const std::string& runtime_dir) {
  constexpr mode_t mode = 0711;
  int result = sys::attempt([&] { return ::mkdir(path.c_str(), mode); });
  if (result == -ENOENT) {
    make_root(root, runtime_dir);
    result = sys::attempt([&] { return ::mkdir(path.c_str(), mode); });
  }
  if (result == -EEXIST) {
    throw Error{fmt::format("container with given ID already exists: {} is there", path), EEXIST, ErrorKind::exists};
  }
  if (result < 0) throw_errno(fmt::format("mkdir {}", path), -result);
}

[[noreturn]] void refuse_foreign(std::string_view id, std::string_view maker) {
  throw Error{fmt::format("container {} was made by {}, which alone can manage and delete it", id, maker),
              ErrorKind::foreign};
}

constexpr const char* crun_file = "status";

void check_owner(const spec::SavedState& saved, std::string_view id) {
  if (saved.oci_version.empty() && saved.id == id) refuse_foreign(id, "runc");  // ours begins with it
  if (saved.id != id) throw Error{fmt::format("{} is not of this container, but of {}", state_file, quote(saved.id))};
}

void remove_entry(int directory, const std::string& path, const std::string& name) {
  if (::unlinkat(directory, name.c_str(), 0) == 0 || errno == ENOENT) return;
  std::error_code failed;
  std::filesystem::remove_all(path_of(path, name), failed);
  if (failed) throw Error{fmt::format("removing {}: {}", path_of(path, name), failed.message()), failed.value()};
}

}  // namespace

void check_id(const std::string& id) {
  if (id.empty()) throw Error{"container id cannot be empty", ErrorKind::invalid_argument};
  if (is_id(id)) return;
  throw Error{
      fmt::format("invalid container ID format: {} is not of letters, digits, '_', '+', '-' and '.' alone", quote(id)),
      ErrorKind::invalid_argument};
}

StateDir StateDir::create(const std::string& root, const std::string& id, const std::string& runtime_dir) {
  check_id(id);
  const auto path = path_of(root, id);
  for (;;) {
    claim(root, path, runtime_dir);
    auto directory = sys::try_open_at(AT_FDCWD, path, directory_flags);
    if (!directory) continue;
    StateDir made{path, std::move(*directory)};
    sys::check("locking the state directory", [&] { return ::flock(made.fd(), LOCK_EX); });
    return made;
  }
}

std::optional<StateDir> StateDir::try_open(const std::string& root, const std::string& id) {
  check_id(id);
  const auto path = path_of(root, id);
  auto directory = sys::try_open_at(AT_FDCWD, path, directory_flags);
  if (!directory) return std::nullopt;
  return StateDir{path, std::move(*directory)};
}

StateDir StateDir::open(const std::string& root, const std::string& id) {
  auto directory = try_open(root, id);
  if (!directory) {
    throw Error{fmt::format("container does not exist: there is no {}", path_of(root, id)), ENOENT,
                ErrorKind::not_found};
  }
  return std::move(*directory);
}

bool StateDir::try_lock() {
  const int result = sys::attempt([&] { return ::flock(fd(), LOCK_EX | LOCK_NB); });
  if (result != 0 && result != -EWOULDBLOCK) throw_errno("locking the state directory", -result);
  return result == 0;
}

void StateDir::lock() {
  using namespace std::chrono_literals;
  constexpr auto patience = 10s;  // another command on the same container ends by then, or hangs
  const auto end = std::chrono::steady_clock::now() + patience;
  while (!try_lock()) {
    if (std::chrono::steady_clock::now() >= end)
      throw Error{"another command is busy with this container", ErrorKind::busy};
    std::this_thread::sleep_for(2ms);
  }
}

void StateDir::unlock() { ::flock(fd(), LOCK_UN); }

/// The mark is an fcntl(2) lock, which blocks no command and ends with the process that creates the container.
void StateDir::mark_unlock() {
  struct flock mark {};
  mark.l_type = F_RDLCK;
  sys::check("marking the state directory", [&] { return ::fcntl(fd(), F_OFD_SETLK, &mark); });
  unlock();
}

void StateDir::lock_unmark() {
  lock();
  struct flock mark {};
  mark.l_type = F_UNLCK;
  sys::attempt([&] { return ::fcntl(fd(), F_OFD_SETLK, &mark); });
  if (!still_there()) throw Error{"the container was deleted while its hooks ran"};
}

bool StateDir::is_being_made() const {
  struct flock mark {};
  mark.l_type = F_WRLCK;  // what a mark stands in the way of
  sys::check("looking for a mark at the state directory", [&] { return ::fcntl(fd(), F_OFD_GETLK, &mark); });
  return mark.l_type != F_UNLCK;
}

std::optional<spec::SavedState> StateDir::read() const {
  const auto file = sys::try_open_at(fd(), state_file, careful_flags);
  const auto id = std::string_view{path_}.substr(path_.rfind('/') + 1);
  if (!file && ::faccessat(fd(), crun_file, F_OK, AT_SYMLINK_NOFOLLOW) == 0) refuse_foreign(id, "crun");
  if (!file) return std::nullopt;
  auto saved = spec::parse_saved_state(sys::read_regular(file->get(), state_file));
  check_owner(saved, id);
  return saved;
}

void StateDir::write(const spec::SavedState& state) const {
  const auto text = spec::to_json(state);
  if (text.size() > largest_state)
    throw Error{fmt::format("{} would be larger than {} bytes: shorten the annotations", state_file, largest_state)};
  sys::replace_file(fd(), state_file, text, 0600);
}

void StateDir::prepare(const spec::SavedState& state) const {
  sys::prepare_file(fd(), state_file, spec::to_json(state), 0600);
}

void StateDir::publish() const { sys::publish_file(fd(), state_file); }

bool StateDir::still_there() const {
  struct stat ours {};
  struct stat now {};
  return ::fstat(fd(), &ours) == 0 && ::lstat(path_.c_str(), &now) == 0 && ours.st_ino == now.st_ino &&
         ours.st_dev == now.st_dev;
}

void StateDir::remove() const {
  for (const auto& name : sys::names_in(fd(), path_)) {
    if (name != state_file) remove_entry(fd(), path_, name);
  }
  // state.json goes last: as long as it is there, another `delete` finds what is left to clear.
  remove_entry(fd(), path_, state_file);
  sys::check([&] { return fmt::format("removing {}", path_); }, [&] { return ::rmdir(path_.c_str()); });
}

std::optional<StateRoot> StateRoot::open(const std::string& root) {
  auto directory = sys::try_open_at(AT_FDCWD, root, O_RDONLY | O_DIRECTORY);
  if (!directory) return std::nullopt;
  return StateRoot{std::move(*directory)};
}

std::vector<std::string> StateRoot::ids() const {
  auto names = sys::names_in(directory_.get(), "the root of all state directories");
  std::erase_if(names, [](const std::string& name) { return !is_id(name); });
  std::sort(names.begin(), names.end());
  return names;
}

std::optional<StateRoot::Row> StateRoot::read(const std::string& id) const {
  const auto path = path_of(id, state_file);
  const auto file = sys::try_open_in_root(directory_.get(), path, careful_flags, sys::Symlinks::refuse);
  if (file.error == ENOENT && has(id, crun_file)) refuse_foreign(id, "crun");
  if (file.error == ENOENT || file.error == ENOTDIR) return std::nullopt;
  if (!file.ok()) throw_errno(fmt::format("open {}", path), file.error);
  struct stat directory {};
  sys::check("stat of the state directory",
             [&] { return ::fstatat(directory_.get(), id.c_str(), &directory, AT_SYMLINK_NOFOLLOW); });
  auto saved = spec::parse_saved_status(sys::read_regular(file.fd.get(), state_file));
  check_owner(saved, id);
  return Row{std::move(saved), directory.st_uid};
}

bool StateRoot::has(const std::string& id, const char* name) const {
  return ::faccessat(directory_.get(), path_of(id, name).c_str(), F_OK, 0) == 0;
}

}  // namespace corten::container
