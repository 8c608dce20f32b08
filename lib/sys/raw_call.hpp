// SPDX-License-Identifier: Apache-2.0
// System calls without the C library. They touch no errno, which a process that shares another's memory shares, too, and no
// page of code but the caller's.
#pragma once

#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

namespace corten::sys {

#if defined(__SANITIZE_THREAD__)

/// ThreadSanitizer keeps what a thread has done in the thread's memory, which a child must not share. So this is by the C library,
/// as below.
inline constexpr bool raw_calls = false;
#define CORTEN_CALLS_BY_LIBC

#elif defined(__x86_64__)

inline constexpr bool raw_calls = true;

[[gnu::always_inline]] inline long raw_call(long number, long a = 0, long b = 0, long c = 0, long d = 0, long e = 0) {
  long result = number;
  register long fourth asm("r10") = d;
  register long fifth asm("r8") = e;
  asm volatile("syscall" : "+a"(result) : "D"(a), "S"(b), "d"(c), "r"(fourth), "r"(fifth) : "rcx", "r11", "memory");
  return result;
}

#elif defined(__aarch64__)

inline constexpr bool raw_calls = true;

[[gnu::always_inline]] inline long raw_call(long number, long a = 0, long b = 0, long c = 0, long d = 0, long e = 0) {
  register long call asm("x8") = number;
  register long first asm("x0") = a;
  register long second asm("x1") = b;
  register long third asm("x2") = c;
  register long fourth asm("x3") = d;
  register long fifth asm("x4") = e;
  asm volatile("svc 0" : "+r"(first) : "r"(call), "r"(second), "r"(third), "r"(fourth), "r"(fifth) : "memory");
  return first;
}

#elif defined(__riscv) && __riscv_xlen == 64

inline constexpr bool raw_calls = true;

[[gnu::always_inline]] inline long raw_call(long number, long a = 0, long b = 0, long c = 0, long d = 0, long e = 0) {
  register long call asm("a7") = number;
  register long first asm("a0") = a;
  register long second asm("a1") = b;
  register long third asm("a2") = c;
  register long fourth asm("a3") = d;
  register long fifth asm("a4") = e;
  asm volatile("ecall" : "+r"(first) : "r"(call), "r"(second), "r"(third), "r"(fourth), "r"(fifth) : "memory");
  return first;
}

#else

/// Here raw_call() goes by the C library, errno and all: whoever calls it must not share its memory.
inline constexpr bool raw_calls = false;
#define CORTEN_CALLS_BY_LIBC

#endif

#ifdef CORTEN_CALLS_BY_LIBC
#undef CORTEN_CALLS_BY_LIBC

inline long raw_call(long number, long a = 0, long b = 0, long c = 0, long d = 0, long e = 0) {
  const auto result = ::syscall(number, a, b, c, d, e);
  return result == -1 ? -errno : result;
}

#endif

}  // namespace corten::sys
