// SPDX-License-Identifier: Apache-2.0
#include "process/hold.hpp"

#include <fmt/core.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstdint>

#include "sys/syscall.hpp"

// Where the linker puts the program.
extern "C" const char __executable_start;  // NOLINT(bugprone-reserved-identifier): the linker's own name
extern "C" const char etext;

namespace corten::process {
namespace {

/// An address relative to a directory descriptor: state directories may lie deeper than the 107 bytes of sun_path.
sockaddr_un address_of(int directory, const char* name) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const auto end =
      fmt::format_to_n(address.sun_path, sizeof address.sun_path - 1, "/proc/self/fd/{}/{}", directory, name);
  *end.out = '\0';
  return address;
}

UniqueFd make_socket() {
  return UniqueFd{sys::check("socket", [] { return ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0); })};
}

/// A created container may wait for long: the program's code need not stay mapped meanwhile. Nothing of it was written to,
/// so the kernel brings back from the page cache what is used again.
void let_go_of_code() {
  const auto page = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
  const auto begin = (reinterpret_cast<std::uintptr_t>(&__executable_start) + page - 1) / page * page;
  const auto end = reinterpret_cast<std::uintptr_t>(&etext) / page * page;
  if (begin >= end) return;
  auto* const code = reinterpret_cast<void*>(begin);  // NOLINT: addresses are numbers here
  ::madvise(code, end - begin, MADV_NOHUGEPAGE);      // else one fault maps 2 MiB of a file that is cached in one piece
  ::madvise(code, end - begin, MADV_DONTNEED);
}

}  // namespace

UniqueFd listen_for_start(int directory, const char* name) {
  auto socket = make_socket();
  const auto address = address_of(directory, name);
  sys::check("binding the start socket",
             [&] { return ::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address); });
  constexpr int backlog = 16;
  sys::check("listening on the start socket", [&] { return ::listen(socket.get(), backlog); });
  return socket;
}

Channel await_start(const UniqueFd& listener) {
  let_go_of_code();
  for (;;) {
    Channel connection{UniqueFd{
        sys::check("waiting for start", [&] { return ::accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC); })}};
    if (const auto packet = connection.receive(); packet && packet->type == Message::start) return connection;
  }
}

Channel connect_to_start(int directory, const char* name) {
  auto socket = make_socket();
  const auto address = address_of(directory, name);
  const int result = sys::attempt(
      [&] { return ::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address); });
  if (result == 0) return Channel{std::move(socket)};
  if (result == -ENOENT || result == -ECONNREFUSED) return Channel{};
  throw_errno("connecting to the container's start socket", -result);
}

}  // namespace corten::process
