// SPDX-License-Identifier: Apache-2.0
// Opens the directories of a checkpoint, and reads and writes Corten's own files in them.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/unique_fd.hpp"
#include "checkpoint/message.hpp"
#include "checkpoint/mounts.hpp"
#include "checkpoint/plan.hpp"
#include "spec/checkpoint.hpp"

namespace corten::container {

struct CheckpointDirectories {
  UniqueFd images, work;  // `work` is invalid where it is the images' directory
  std::string logs;       // path of the directory with the logs
};

/// The file with more options for CRIU, which takes it from this descriptor: what was checked is what is read. Invalid where there is
/// none. Throws where the container names one that is not there, or strangers can write to it: options of CRIU run programs.
[[nodiscard]] UniqueFd open_config(const std::vector<std::pair<std::string, std::string>>& annotations);

/// Opens them. Makes the work directory, and with `make` the images' directory, too. Checks the parent images.
[[nodiscard]] CheckpointDirectories open_directories(const checkpoint::Options& options, bool make);

void save_mounts(const UniqueFd& images, const std::vector<checkpoint::SavedMount>& mounts);
/// Nothing where another runtime made the images.
[[nodiscard]] std::optional<std::vector<checkpoint::SavedMount>> load_mounts(const UniqueFd& images);

void save_descriptors(const UniqueFd& images, const std::vector<std::string>& descriptors);
[[nodiscard]] std::vector<std::string> load_descriptors(const UniqueFd& images);

/// Writes no file where there are none.
void save_settings(const UniqueFd& images, const std::vector<spec::ThreadSettings>& threads);
[[nodiscard]] std::vector<spec::ThreadSettings> load_settings(const UniqueFd& images);

/// Throws the error of a CRIU that failed, with the errors in its log.
[[noreturn]] void throw_failure(std::string_view kind, const checkpoint::Response& response,
                                const std::string& log_path);

}  // namespace corten::container
