// SPDX-License-Identifier: Apache-2.0
// What a restore reads of a checkpoint, and of CRIU: hostile, for images come from anywhere, CRIU's log quotes the names
// of a container's files, and mountinfo its mount points. What is let through as a key of a mount is taken apart by CRIU
// as it was meant.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "checkpoint/criu_options.hpp"
#include "checkpoint/log.hpp"
#include "checkpoint/message.hpp"
#include "checkpoint/mount_check.hpp"
#include "checkpoint/mounts.hpp"
#include "spec/checkpoint.hpp"

namespace {

using namespace corten;

void require(bool holds) {
  if (!holds) std::abort();
}

template <class Body>
void let_it_refuse(Body&& body) {
  try {
    body();
  } catch (const Error& error) {
    require(!error.message().empty());
  }
}

bool is_one_line(std::string_view text) { return text.find('\n') == std::string_view::npos; }

/// CRIU's view of "mnt[KEY]:VALUE": the key ends at the first "]:".
void require_parts(const std::string& external, std::string_view key, std::string_view value) {
  const std::string_view text = external;
  require(text.starts_with("mnt[") && is_one_line(text));
  const auto end = text.find("]:");
  require(text.substr(4, end - 4) == key && text.substr(end + 2) == value);
}

void try_mounts(const std::string& text) {
  const auto list = spec::parse_mounts(text);
  require(spec::parse_mounts(spec::mounts_json(list)) == list);
  std::vector<checkpoint::SavedMount> saved;
  std::vector<checkpoint::ExternalMount> outside;
  for (const auto& [destination, mountpoint] : list) {
    saved.push_back({destination, mountpoint});
    outside.push_back({destination, mountpoint});
  }
  let_it_refuse([&] {
    const auto externals = checkpoint::dump_externals(saved);
    require(externals.size() == saved.size());
    for (std::size_t i = 0; i < saved.size(); ++i) {
      require_parts(externals[i], saved[i].mountpoint, "corten-" + std::to_string(i));
    }
  });
  for (const auto keys : {checkpoint::Keys::indices, checkpoint::Keys::mountpoints}) {
    let_it_refuse([&] {
      const auto externals = checkpoint::restore_externals(saved, outside, keys);
      require(externals.size() == saved.size());
      for (std::size_t i = 0; i < saved.size(); ++i) {
        const auto first = std::ranges::find(outside, saved[i].destination, &checkpoint::ExternalMount::destination);
        const bool by_index = keys == checkpoint::Keys::indices;
        require_parts(externals[i], by_index ? "corten-" + std::to_string(i) : saved[i].mountpoint, first->source);
      }
    });
  }
}

void try_descriptors(const std::string& text) {
  checkpoint::RestoreFacts facts;
  facts.descriptors = spec::parse_descriptors(text);
  require(spec::parse_descriptors(spec::descriptors_json(facts.descriptors)) == facts.descriptors);
  for (const auto& inherited : checkpoint::plan_restore({}, facts).inherit_fds) {
    require(inherited.key.starts_with("pipe:[") && inherited.key.find(']') == inherited.key.size() - 1);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text{reinterpret_cast<const char*>(data), size};
  let_it_refuse([&] { try_mounts(text); });
  let_it_refuse([&] { try_descriptors(text); });
  let_it_refuse([&] { static_cast<void>(checkpoint::decode_response(text)); });
  static_cast<void>(checkpoint::parse_mountinfo(text));
  require(is_one_line(checkpoint::error_lines(text)));
  require(is_one_line(checkpoint::known_cause(text)));
  return 0;
}
