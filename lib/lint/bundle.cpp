// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <fmt/core.h>
#include <linux/nsfs.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <unistd.h>

#include <linux/magic.h>
#include <cerrno>

#include "base/error.hpp"
#include "base/namespace_kinds.hpp"
#include "base/text.hpp"
#include "base/unique_fd.hpp"
#include "lint/findings.hpp"

namespace corten::lint {
namespace {

std::string absolute(std::string_view path, const std::string& bundle) {
  return path.starts_with('/') ? std::string{path} : fmt::format("{}/{}", bundle, path);
}

void check_root(Findings& findings, const std::string& bundle) {
  const auto& document = findings.document();
  for (const auto& spot : document.all("/root/path")) {
    const auto path = document.text(spot);
    if (path.empty()) continue;
    struct stat root {};
    const bool there = ::stat(absolute(path, bundle).c_str(), &root) == 0;
    if (there && S_ISDIR(root.st_mode)) continue;
    findings.add(Severity::error, spot.pointer,
                 there ? fmt::format("{} is no directory", quote(path))
                       : fmt::format("{} in the bundle: {}", quote(path), errno_text(errno)),
                 "config.md, Root: \"A directory MUST exist at the path declared by the field.\"");
  }
}

/// The kind of the namespace at `path`, or an empty text where there is something else.
std::string_view kind_at(const std::string& path) {
  // O_NONBLOCK: it may be a fifo, and nobody writes to it.
  const UniqueFd file{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)};
  struct statfs system {};
  if (!file.valid() || ::fstatfs(file.get(), &system) != 0 || system.f_type != NSFS_MAGIC) return {};
  const int flag = ::ioctl(file.get(), NS_GET_NSTYPE);
  for (const auto& kind : namespace_kinds.rows) {
    if (flag > 0 && kind.value.flag == static_cast<std::uint64_t>(flag)) return kind.name;
  }
  return {};
}

void check_joined(Findings& findings) {
  const auto& document = findings.document();
  for (const auto& spot : document.all("/linux/namespaces/*")) {
    const auto type = document.member(spot, "type");
    const auto path = document.member(spot, "path");
    if (!type || !path || !document.text(*path).starts_with('/')) continue;
    const std::string file{document.text(*path)};
    constexpr std::string_view demand =
        "config-linux.md, Namespaces: \"The runtime MUST generate an error if path is not associated with a namespace "
        "of type type.\"";
    struct stat found {};
    if (::stat(file.c_str(), &found) != 0) {
      findings.add(Severity::error, path->pointer, fmt::format("{}: {}", quote(file), errno_text(errno)), demand);
      continue;
    }
    const auto kind = kind_at(file);
    if (kind == document.text(*type)) continue;
    findings.add(Severity::error, path->pointer,
                 kind.empty() ? fmt::format("{} is no namespace", quote(file))
                              : fmt::format("{} is a namespace of type {}, not {}", quote(file), quote(kind),
                                            quote(document.text(*type))),
                 demand, std::string{kind});
  }
}

}  // namespace

void check_bundle(Findings& findings, const std::string& bundle) {
  check_root(findings, bundle);
  check_joined(findings);
}

}  // namespace corten::lint
