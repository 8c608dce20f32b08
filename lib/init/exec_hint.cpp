// SPDX-License-Identifier: Apache-2.0
#include "init/exec_hint.hpp"

#include <elf.h>
#include <fcntl.h>
#include <fmt/core.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <array>
#include <bit>
#include <cerrno>
#include <cstring>
#include <type_traits>

#include "base/named_table.hpp"
#include "base/text.hpp"
#include "base/unique_fd.hpp"

namespace corten::init {
namespace {

/// As uname(2) names them.
constexpr auto machines = named_table<unsigned>({
    {"x86_64", EM_X86_64},
    {"aarch64", EM_AARCH64},
    {"i686", EM_386},
    {"armv7l", EM_ARM},
    {"riscv64", EM_RISCV},
    {"ppc64le", EM_PPC64},
    {"s390x", EM_S390},
});

/// The bytes of a `T` at `at`; zeros where there are not so many.
template <class T>
T bytes_at(std::string_view head, std::uint64_t at) {
  T value{};
  if (at <= head.size() && head.size() - at >= sizeof value) std::memcpy(&value, head.data() + at, sizeof value);
  return value;
}

/// The loader of a program of 64 bits; of a statically linked one an empty text.
std::string_view loader(std::string_view head) {
  const auto header = bytes_at<Elf64_Ehdr>(head, 0);
  for (unsigned i = 0; i < header.e_phnum; ++i) {
    const auto segment = bytes_at<Elf64_Phdr>(head, header.e_phoff + std::uint64_t{i} * sizeof(Elf64_Phdr));
    if (segment.p_type != PT_INTERP || segment.p_offset >= head.size()) continue;
    const auto text = head.substr(segment.p_offset, segment.p_filesz);
    return text.substr(0, text.find('\0'));
  }
  return {};
}

std::string elf_hint(std::string_view head, int code, std::string_view machine) {
  if (code == ENOENT) {
    if (head.size() <= EI_CLASS || head[EI_CLASS] != ELFCLASS64) return {};
    const auto name = loader(head);
    return name.empty() ? std::string{} : fmt::format(": its loader {} is not there", quote(name));
  }
  constexpr auto machine_at = offsetof(Elf64_Ehdr, e_machine);  // the same in both classes
  const auto made_for = machines.name_of(bytes_at<std::uint16_t>(head, machine_at));
  if (made_for.empty() || made_for == machine) return {};
  return fmt::format(": it is made for {}, and this machine is {}", made_for, machine);
}

std::string script_hint(std::string_view head, int code) {
  auto name = trim(head.substr(2, head.find('\n') - 2));
  name = name.substr(0, name.find_first_of(" \t\r"));
  if (code != ENOENT || name.empty()) return {};
  const bool dos = head.substr(0, head.find('\n')).ends_with('\r');
  return dos ? fmt::format(": its first line ends in a carriage return, so that no {} is found", quote(name))
             : fmt::format(": its interpreter {} is not there", quote(name));
}

}  // namespace

std::string exec_hint(std::string_view head, int code, std::string_view machine) {
  if (head.starts_with(ELFMAG)) return elf_hint(head, code, machine);
  if (head.starts_with("#!")) return script_hint(head, code);
  if (code != ENOEXEC) return {};
  return head.empty() ? ": the file is empty" : ": it is no program, and does not start with \"#!\" and an interpreter";
}

std::string exec_hint_of(const char* path, int code) {
  if (code != ENOENT && code != ENOEXEC) return {};
  const UniqueFd fd{::open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)};
  struct stat file {};
  std::array<char, 4096> head;  // NOLINT: filled by read
  utsname host{};
  if (!fd.valid() || ::fstat(fd.get(), &file) != 0 || !S_ISREG(file.st_mode) || ::uname(&host) != 0) return {};
  const auto size = ::read(fd.get(), head.data(), head.size());
  if (size < 0) return {};
  return exec_hint({head.data(), static_cast<std::size_t>(size)}, code, host.machine);
}

}  // namespace corten::init
