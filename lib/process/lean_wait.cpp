// SPDX-License-Identifier: Apache-2.0
#include "process/lean_wait.hpp"

#include <elf.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include <cerrno>
#include <cstdint>
#include <span>

namespace corten::process {
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

#if defined(__x86_64__)

/// A system call that needs no other page than the caller's: libc's wrapper is elsewhere.
[[gnu::always_inline]] inline long call_in_place(long number, long a, long b, long c, long d) {
  long result = number;
  register long fourth asm("r10") = d;
  asm volatile("syscall" : "+a"(result) : "D"(a), "S"(b), "d"(c), "r"(fourth) : "rcx", "r11", "memory");
  return result;
}

#elif defined(__aarch64__)

[[gnu::always_inline]] inline long call_in_place(long number, long a, long b, long c, long d) {
  register long call asm("x8") = number;
  register long first asm("x0") = a;
  register long second asm("x1") = b;
  register long third asm("x2") = c;
  register long fourth asm("x3") = d;
  asm volatile("svc 0" : "+r"(first) : "r"(call), "r"(second), "r"(third), "r"(fourth) : "memory");
  return first;
}

#else

long call_in_place(long number, long a, long b, long c, long d) {
  const auto result = ::syscall(number, a, b, c, d);
  return result == -1 ? -errno : result;
}

#endif

/// On a page of its own, which it leaves only when a connection has come. That page becomes a mapping of its own, by being
/// advised otherwise than its neighbours: a fault maps as much of a mapping as the page cache holds in one piece (Linux
/// 6.17), which for a whole program is all of it.
[[gnu::noinline, gnu::aligned(page), gnu::section(".text.lean_wait")]] long drop_and_accept(int listener,
                                                                                            std::uintptr_t begin,
                                                                                            std::uintptr_t own,
                                                                                            std::uintptr_t end) {
  call_in_place(SYS_madvise, static_cast<long>(own), static_cast<long>(page), MADV_RANDOM, 0);
  for (;;) {
    if (begin < own) {
      call_in_place(SYS_madvise, static_cast<long>(begin), static_cast<long>(own - begin), MADV_DONTNEED, 0);
    }
    if (own + page < end) {
      call_in_place(SYS_madvise, static_cast<long>(own + page), static_cast<long>(end - own - page), MADV_DONTNEED, 0);
    }
    const long result = call_in_place(SYS_accept4, listener, 0, 0, SOCK_CLOEXEC);
    if (result != -EINTR) return result;
  }
}

}  // namespace

int accept_lean(int listener) {
  const auto code = find_code();
  const auto own = reinterpret_cast<std::uintptr_t>(&drop_and_accept);
  if (own < code.begin || own >= code.end) return static_cast<int>(drop_and_accept(listener, own, own, own));
  return static_cast<int>(drop_and_accept(listener, code.begin, own, code.end));
}

}  // namespace corten::process
