// SPDX-License-Identifier: Apache-2.0
#include "container/checkpoint/checkpoint_files.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/error.hpp"
#include "base/text.hpp"
#include "checkpoint/criu_options.hpp"
#include "checkpoint/log.hpp"
#include "sys/file.hpp"

namespace corten::container {
namespace {

// The images are for root alone. But CRIU looks for them once more as root of a user namespace, who has to get there.
constexpr mode_t directory_mode = 0711;

void check_parent(const checkpoint::Options& options) {
  if (options.parent_path.empty()) return;
  if (options.parent_path.starts_with('/')) throw Error{"--parent-path must be relative"};
  const auto path = options.image_path + "/" + options.parent_path;
  struct stat status {};
  const bool there = ::stat(path.c_str(), &status) == 0;
  if (!there) throw_errno(fmt::format("invalid --parent-path: stat {}", path), errno);
  if (!S_ISDIR(status.st_mode)) throw_errno(fmt::format("invalid --parent-path: {}", path), ENOTDIR);
}

/// Why options for CRIU must not come from this file; empty where they may.
std::string why_unsafe(const UniqueFd& file) {
  struct stat status {};
  if (::fstat(file.get(), &status) != 0) throw_errno("fstat", errno);
  if (!S_ISREG(status.st_mode)) return "is no regular file";
  if (status.st_uid != 0 && status.st_uid != ::geteuid()) return fmt::format("is user {}'s", status.st_uid);
  if ((status.st_mode & (S_IWGRP | S_IWOTH)) != 0)
    return fmt::format("can be written by others (mode {:04o})", status.st_mode & 07777U);
  return {};
}

}  // namespace

UniqueFd open_config(const std::vector<std::pair<std::string, std::string>>& annotations) {
  const auto path = checkpoint::config_file_of(annotations);
  if (path.empty()) return UniqueFd{};
  const bool named = std::ranges::find(annotations, checkpoint::config_annotation,
                                       &std::pair<std::string, std::string>::first) != annotations.end();
  const auto name = named ? fmt::format("annotations[\"{}\"]: ", checkpoint::config_annotation) : std::string{};
  UniqueFd file{::open(path.c_str(), O_PATH | O_CLOEXEC)};
  if (!file.valid()) {
    if (!named && errno == ENOENT) return UniqueFd{};
    throw_errno(fmt::format("{}open {}", name, path), errno);
  }
  if (const auto why = why_unsafe(file); !why.empty())
    throw Error{fmt::format(
        "{}{} {}: CRIU, which runs as you, takes options from a regular file of yours or root's that nobody "
        "else can write to",
        name, quote(path), why)};
  return file;
}

CheckpointDirectories open_directories(const checkpoint::Options& options, bool make) {
  CheckpointDirectories directories;
  if (make) sys::make_directories(options.image_path, directory_mode);
  directories.images = sys::open_at(AT_FDCWD, options.image_path, O_RDONLY | O_DIRECTORY);
  directories.logs = options.image_path;
  check_parent(options);
  if (options.work_path.empty()) return directories;
  sys::make_directories(options.work_path, directory_mode);
  directories.work = sys::open_at(AT_FDCWD, options.work_path, O_RDONLY | O_DIRECTORY);
  directories.logs = options.work_path;
  return directories;
}

void save_mounts(const UniqueFd& images, const std::vector<checkpoint::SavedMount>& mounts) {
  spec::MountList list;
  for (const auto& mount : mounts) list.emplace_back(mount.destination, mount.mountpoint);
  sys::replace_file(images.get(), spec::mounts_file, spec::mounts_json(list), 0600);
}

std::optional<std::vector<checkpoint::SavedMount>> load_mounts(const UniqueFd& images) {
  const auto text = sys::read_file_if_exists(images.get(), spec::mounts_file);
  if (!text) return std::nullopt;
  std::vector<checkpoint::SavedMount> mounts;
  for (auto& [destination, mountpoint] : spec::parse_mounts(*text)) {
    mounts.push_back({std::move(destination), std::move(mountpoint)});
  }
  return mounts;
}

void save_descriptors(const UniqueFd& images, const std::vector<std::string>& descriptors) {
  sys::replace_file(images.get(), spec::descriptors_file, spec::descriptors_json(descriptors), 0600);
}

std::vector<std::string> load_descriptors(const UniqueFd& images) {
  const auto text = sys::read_file_if_exists(images.get(), spec::descriptors_file);
  if (!text)
    throw Error{fmt::format("the images are not complete: {} is not among them", spec::descriptors_file), ENOENT};
  return spec::parse_descriptors(*text);
}

void save_settings(const UniqueFd& images, const std::vector<spec::ThreadSettings>& threads) {
  if (threads.empty()) return;
  sys::replace_file(images.get(), spec::settings_file, spec::settings_json(threads), 0600);
}

std::vector<spec::ThreadSettings> load_settings(const UniqueFd& images) {
  const auto text = sys::read_file_if_exists(images.get(), spec::settings_file);
  return text ? spec::parse_settings(*text) : std::vector<spec::ThreadSettings>{};
}

void throw_failure(std::string_view kind, const checkpoint::Response& response, const std::string& log_path) {
  throw Error{checkpoint::describe_failure(kind, response, log_path)};
}

}  // namespace corten::container
