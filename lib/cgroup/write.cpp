// SPDX-License-Identifier: Apache-2.0
#include "cgroup/write.hpp"

#include <fcntl.h>
#include <fmt/core.h>

#include <algorithm>
#include <cerrno>
#include <optional>
#include <utility>

#include "base/error.hpp"
#include "base/id_list.hpp"
#include "base/log.hpp"
#include "base/text.hpp"
#include "cgroup/files.hpp"

namespace corten::cgroup {
namespace {

/// What to write to `write`'s file, as it is now, to have its present value back; nothing when it cannot be read.
std::optional<std::string> present_value(const Write& write, const std::string& path) {
  int code = 0;
  if (!try_open(path, O_RDONLY, code).valid()) return std::nullopt;
  const auto text = read_file(path);
  if (write.key.empty()) return std::string{trim(text)};
  for (const auto line : split(text, '\n')) {
    if (line.starts_with(write.key) && line.substr(write.key.size()).starts_with(' ')) return std::string{line};
  }
  return fmt::format("{} {}", write.key, write.reset);
}

bool is_plain_list(std::string_view text) { return text.find_first_not_of("0123456789-, ") == std::string_view::npos; }

/// Whether `held`, as the kernel prints a list of CPUs or memory nodes, is the list `wanted`. A list in a form that is not read
/// here ("all", "0-7:1/2") is taken to be.
bool is_list(std::string_view held, std::string_view wanted) {
  if (held.empty() || wanted.empty()) return held.empty() && wanted.empty();
  if (!is_plain_list(wanted)) return true;
  return parse_id_list(held) == parse_id_list(wanted);
}

/// Whether list `some` is a part of `list`.
bool has_all(std::string_view list, std::string_view some) {
  if (some.empty() || !is_plain_list(list)) return true;
  const auto all = parse_id_list(list);
  const auto part = parse_id_list(some);
  for (std::size_t at = 0; at < part.size(); ++at) {
    if ((part[at] & ~(at < all.size() ? all[at] : 0)) != 0) return false;
  }
  return true;
}

bool has_word(std::string_view text, std::string_view word) {
  const auto words = split(trim(text), ' ');
  return std::ranges::find(words, word) != words.end();
}

class Applier {
 public:
  Applier(const Paths& paths, bool undo) : paths_{paths}, undo_{undo} {}

  /// 0, or the errno of a write that may be tried again.
  int apply(const Write& write) {
    const auto directory = directory_of(paths_, write.controller);
    if (directory.empty()) {
      throw Error{fmt::format("cannot set {} limit: container could not join or create cgroup", write.controller),
                  ENOENT};
    }
    const auto path = fmt::format("{}/{}", directory, write.file);
    int code = put(write, path, write.value);
    if (!write.other_file.empty()) code = put_other(write, directory, code);
    if (code == 0 || (code == ENOENT && write.optional)) return 0;
    if (code == EINVAL && write.again) return code;
    fail(write, directory, path, code);
  }

  void roll_back() noexcept {
    std::for_each(old_values_.rbegin(), old_values_.rend(),
                  [](const auto& old) { static_cast<void>(try_write(old.first, old.second)); });
  }

  /// Throws where the file does not hold what was written, or the kernel does not go by it.
  void verify(const Write& write) const {
    const auto path = fmt::format("{}/{}", directory_of(paths_, write.controller), write.file);
    const auto wanted = trim(write.value);
    const auto used = write.file == partition_file || wanted.empty() ? std::nullopt : read_value(path + ".effective");
    if (used && is_list(trim(*used), wanted)) return;
    const auto text = read_file(path);
    const auto held = trim(text);
    if (write.file == partition_file ? held != wanted : !is_list(held, wanted)) {
      throw Error{fmt::format("cannot set {} limit: {} is {} after {} was written", write.controller, write.file,
                              quote(held), quote(wanted)),
                  EINVAL};
    }
    // Of a list without any that is online and that the cgroup above has, the kernel makes all of those.
    if (used && !has_all(wanted, trim(*used))) {
      throw Error{
          fmt::format("cannot set {} limit: {}.effective is {} after {} was written to {}: none of those is online "
                      "and allowed by the cgroup above",
                      write.controller, write.file, quote(trim(*used)), quote(wanted), write.file),
          EINVAL};
    }
  }

  [[noreturn]] static void fail(const Write& write, const std::string& directory, const std::string& path, int code) {
    if (code == EBUSY && write.file == "memory.limit_in_bytes") {
      throw Error{fmt::format("unable to set memory limit to {} (current usage: {}, peak usage: {})", write.value,
                              read_number(directory + "/memory.usage_in_bytes").value_or(0),
                              read_number(directory + "/memory.max_usage_in_bytes").value_or(0)),
                  code};
    }
    const auto available = read_if_exists(directory + "/cgroup.controllers");
    if (available && !has_word(*available, write.controller)) {
      throw Error{fmt::format("cannot set {} limit: controller {} is not available in {}", write.controller,
                              quote(write.controller), directory),
                  code};
    }
    throw_errno(fmt::format("cannot set {} limit: write {} to {}", write.controller, quote(write.value), path), code);
  }

 private:
  /// Writes the other file, too; `code` is what the first one answered. EOPNOTSUPP: the disk does not go by that file.
  int put_other(const Write& write, const std::string& directory, int code) {
    const auto unused = [](int answer) { return answer == ENOENT || answer == EOPNOTSUPP; };
    const int other = put(write, fmt::format("{}/{}", directory, write.other_file), write.other_value);
    if (!unused(code)) return code != 0 || unused(other) ? code : other;
    const bool missing = code == ENOENT && other == ENOENT;
    return missing || !unused(other) ? other : warn_unused(write);
  }

  static int warn_unused(const Write& write) {
    log::warn(fmt::format("{} {} has no effect: the disk uses neither the scheduler BFQ nor io.cost", write.file,
                          quote(write.value)));
    return 0;
  }

  int put(const Write& write, const std::string& path, const std::string& value) {
    if (path != open_path_) {
      int code = 0;
      open_file_ = try_open(path, O_WRONLY, code);
      open_path_ = open_file_.valid() ? path : std::string{};
      if (!open_file_.valid()) return code;
    }
    const auto old_value = undo_ ? present_value(write, path) : std::nullopt;
    const int code = try_write(open_file_.get(), value);
    // A write(2) of no bytes changes nothing: what was empty is so again by an empty line.
    if (code == 0 && old_value) old_values_.emplace_back(path, old_value->empty() ? "\n" : *old_value);
    return code;
  }

  const Paths& paths_;
  bool undo_;
  std::string open_path_;  // consecutive writes to one file (device rules) share a descriptor
  UniqueFd open_file_;
  std::vector<std::pair<std::string, std::string>> old_values_;
};

}  // namespace

std::string directory_of(const Paths& paths, std::string_view controller) {
  if (paths.size() == 1 && paths.front().first.empty()) return paths.front().second;
  const auto row = std::ranges::find(paths, controller, &Paths::value_type::first);
  return row == paths.end() ? std::string{} : row->second;
}

std::string main_directory(const Paths& paths) {
  auto directory = directory_of(paths, "devices");
  if (directory.empty() && !paths.empty()) directory = paths.front().second;
  return directory;
}

void apply_writes(const std::vector<Write>& writes, const Paths& paths, bool undo) {
  Applier applier{paths, undo};
  try {
    std::vector<const Write*> refused;
    for (const auto& write : writes) {
      if (applier.apply(write) != 0) refused.push_back(&write);
    }
    for (const auto* write : refused) {
      if (const int code = applier.apply(*write); code != 0) {
        const auto directory = directory_of(paths, write->controller);
        Applier::fail(*write, directory, fmt::format("{}/{}", directory, write->file), code);
      }
    }
    for (auto write = writes.begin(); write != writes.end(); ++write) {
      const bool last = std::find_if(write + 1, writes.end(),
                                     [&](const auto& later) { return later.file == write->file; }) == writes.end();
      if (write->verified && last) applier.verify(*write);
    }
  } catch (...) {
    applier.roll_back();
    throw;
  }
}

}  // namespace corten::cgroup
