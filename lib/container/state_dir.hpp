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
  /// Claims `id`: "container with given ID already exists" where it is taken. The lock is held.
  static StateDir create(const std::string& root, const std::string& id);

  /// An existing one, without the lock; "container does not exist".
  static StateDir open(const std::string& root, const std::string& id);
  static std::optional<StateDir> try_open(const std::string& root, const std::string& id);

  /// Waits for the command that holds the lock; false where it still does after `milliseconds`.
  [[nodiscard]] bool lock(int milliseconds);
  void unlock();

  [[nodiscard]] std::optional<spec::SavedState> read() const;
  void write(const spec::SavedState& state) const;

  /// Is the directory still the one at its path, not removed by somebody since it was opened?
  [[nodiscard]] bool still_there() const;

  /// The uid that the directory belongs to.
  [[nodiscard]] std::uint32_t owner() const;

  /// Removes the directory and what we put into it.
  void remove() const;

  [[nodiscard]] int fd() const { return directory_.get(); }
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  StateDir(std::string path, UniqueFd directory) : path_{std::move(path)}, directory_{std::move(directory)} {}

  std::string path_;
  UniqueFd directory_;
};

/// The names of all entries below `root` that can be ids, sorted; none where there is no `root`.
[[nodiscard]] std::vector<std::string> list_ids(const std::string& root);

}  // namespace corten::container
