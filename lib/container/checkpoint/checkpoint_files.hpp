// SPDX-License-Identifier: Apache-2.0
// The directories of a checkpoint, opened, and Corten's own files in them.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/unique_fd.hpp"
#include "checkpoint/message.hpp"
#include "checkpoint/mounts.hpp"
#include "checkpoint/plan.hpp"

namespace corten::container {

struct CheckpointDirectories {
  UniqueFd images, work;  // `work` is invalid where the images' directory serves for it
  std::string logs;       // the path of the one that logs go to
};

/// Opens them; the images' directory is made where `make` says so, the work directory always. Checks the parent images.
[[nodiscard]] CheckpointDirectories open_directories(const checkpoint::Options& options, bool make);

void save_mounts(const UniqueFd& images, const std::vector<checkpoint::SavedMount>& mounts);
/// Nothing where the images are another runtime's.
[[nodiscard]] std::optional<std::vector<checkpoint::SavedMount>> load_mounts(const UniqueFd& images);

void save_descriptors(const UniqueFd& images, const std::vector<std::string>& descriptors);
[[nodiscard]] std::vector<std::string> load_descriptors(const UniqueFd& images);

/// The error of a CRIU that did not succeed, with what its log tells.
[[noreturn]] void throw_failure(std::string_view kind, const checkpoint::Response& response,
                                const std::string& log_path);

}  // namespace corten::container
