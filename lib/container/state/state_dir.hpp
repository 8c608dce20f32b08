// SPDX-License-Identifier: Apache-2.0
// <root>/<id>: a container's state directory. Making it is what claims an id; a lock on it makes commands on one
// container take turns; state.json in it is replaced, never changed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/unique_fd.hpp"
#include "spec/saved_state.hpp"

namespace corten::container {

/// Throws "invalid container ID format" unless `id` is one, as runc checks it: [A-Za-z0-9_+.-]+, not "." or "..".
void check_id(const std::string& id);

class StateDir {
 public:
  /// Claims `id`: "container with given ID already exists" where it is taken. The lock is held; a `delete` that came before it
  /// may have removed the directory, which then takes no file (ENOENT). A root that is missing is made, below `runtime_dir`
  /// as a sticky one.
  static StateDir create(const std::string& root, const std::string& id, const std::string& runtime_dir = {});

  /// An existing one, without the lock; "container does not exist".
  static StateDir open(const std::string& root, const std::string& id);
  static std::optional<StateDir> try_open(const std::string& root, const std::string& id);

  /// Takes the lock; false where another command holds it.
  [[nodiscard]] bool try_lock();

  /// Waits for the lock; throws "another command is busy with this container" where that takes too long.
  void lock();
  void unlock();

  /// Runs `hooks` without the lock: they may take long, and may use the container themselves. For other commands it
  /// is_being_made() meanwhile. Throws where it has been deleted meanwhile.
  template <class Hooks>
  void unlocked(Hooks&& hooks) {
    mark_unlock();
    hooks();
    lock_unmark();
  }
  [[nodiscard]] bool is_being_made() const;

  [[nodiscard]] std::optional<spec::SavedState> read() const;
  void write(const spec::SavedState& state) const;

  /// write() in two parts: prepare() takes long, publish() makes it visible.
  void prepare(const spec::SavedState& state) const;
  void publish() const;

  /// Whether the directory is still at its path: another command may have removed it since it was opened.
  [[nodiscard]] bool still_there() const;

  /// Removes the directory and Corten's files in it.
  void remove() const;

  [[nodiscard]] int fd() const { return directory_.get(); }
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  void mark_unlock();
  void lock_unmark();

  StateDir(std::string path, UniqueFd directory) : path_{std::move(path)}, directory_{std::move(directory)} {}

  std::string path_;
  UniqueFd directory_;
};

/// The directory of all state directories, whose files are read without opening each directory.
class StateRoot {
 public:
  struct Row {
    spec::SavedState saved;   // as far as spec::parse_saved_status() reads it
    std::uint32_t owner = 0;  // the uid that the state directory belongs to
  };

  /// Nothing where there is no `root`.
  static std::optional<StateRoot> open(const std::string& root);

  /// The names of all entries that can be ids, sorted.
  [[nodiscard]] std::vector<std::string> ids() const;

  /// Nothing where `id` has no state (yet, or any more).
  [[nodiscard]] std::optional<Row> read(const std::string& id) const;

  /// Whether the state directory of `id` has a file of that name.
  [[nodiscard]] bool has(const std::string& id, const char* name) const;

 private:
  explicit StateRoot(UniqueFd directory) : directory_{std::move(directory)} {}

  UniqueFd directory_;
};

}  // namespace corten::container
