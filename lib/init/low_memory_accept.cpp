// SPDX-License-Identifier: Apache-2.0
#include "init/low_memory_accept.hpp"

#include <elf.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstdint>
#include <span>

#include "sys/raw_call.hpp"

namespace corten::init {

namespace {

constexpr std::uintptr_t page =
    4096;  // of x86-64 and arm64; the kernel rounds to larger ones, or says EINVAL: no harm done

/// The program's read-only part: its code and constants, never written to, so that dropping it loses nothing.
struct Code {
  std::uintptr_t begin = 0;
  std::uintptr_t end = 0;
};

Code find_code() {
  const auto* const headers = reinterpret_cast<const Elf64_Phdr*>(::getauxval(AT_PHDR));
  if (headers == nullptr) return {};
  const auto program = std::span(headers, ::getauxval(AT_PHNUM));
  std::uintptr_t base = 0;
  for (const auto& part : program) {
    if (part.p_type == PT_PHDR) base = reinterpret_cast<std::uintptr_t>(headers) - part.p_vaddr;
  }
  for (const auto& part : program) {
    if (part.p_type != PT_LOAD || (part.p_flags & PF_X) == 0) continue;
    return {(base + part.p_vaddr) / page * page, (base + part.p_vaddr + part.p_memsz + page - 1) / page * page};
  }
  return {};
}

/// This function lies on a page of its own, and runs there until a connection comes. Other madvise(2) advice than that
/// of its neighbours makes the page a mapping of its own: a fault maps as much of a mapping as the page cache holds in
/// one piece (Linux 6.17), which for a whole program is all of it.
[[gnu::noinline, gnu::aligned(page), gnu::section(".text.low_memory_accept")]] long drop_and_accept(
    int listener, std::uintptr_t begin, std::uintptr_t own, std::uintptr_t end) {
  sys::raw_call(SYS_madvise, static_cast<long>(own), static_cast<long>(page), MADV_RANDOM);
  for (;;) {
    if (begin < own) {
      sys::raw_call(SYS_madvise, static_cast<long>(begin), static_cast<long>(own - begin), MADV_DONTNEED);
    }
    if (own + page < end) {
      sys::raw_call(SYS_madvise, static_cast<long>(own + page), static_cast<long>(end - own - page), MADV_DONTNEED);
    }
    const long result = sys::raw_call(SYS_accept4, listener, 0, 0, SOCK_CLOEXEC);
    if (result != -EINTR) return result;
  }
}

}  // namespace

int accept_with_low_memory(int listener) {
  const auto code = find_code();
  const auto own = reinterpret_cast<std::uintptr_t>(&drop_and_accept);
  if (own < code.begin || own >= code.end) return static_cast<int>(drop_and_accept(listener, own, own, own));
  return static_cast<int>(drop_and_accept(listener, code.begin, own, code.end));
}

}  // namespace corten::init
