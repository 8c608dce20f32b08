// SPDX-License-Identifier: Apache-2.0
// What libdbus calls instead of libc and libsystemd: cmake/libdbus.symbols names these functions in the copy of
// libdbus-1.a that we link. Name services are plug-ins, which a static program cannot load; libdbus needs them for TCP
// and for servers only, and is told here that there is nobody. Everything else of it is used as it is.
#include <fcntl.h>
#include <netdb.h>
#include <pwd.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>

#include "sys/file.hpp"
#include "systemd/outer_uid.hpp"

extern "C" {

int corten_dbus_getaddrinfo(const char*, const char*, const addrinfo*, addrinfo**) { return EAI_FAIL; }
void corten_dbus_freeaddrinfo(addrinfo*) {}
const char* corten_dbus_gai_strerror(int) { return "only local sockets are supported"; }
int corten_dbus_getnameinfo(const sockaddr*, socklen_t, char*, socklen_t, char*, socklen_t, int) { return EAI_FAIL; }

int corten_dbus_getpwnam_r(const char*, passwd*, char*, std::size_t, passwd** result) {
  *result = nullptr;
  return ENOENT;
}
int corten_dbus_getpwuid_r(uid_t, passwd*, char*, std::size_t, passwd** result) {
  *result = nullptr;
  return ENOENT;
}
int corten_dbus_getgrouplist(const char*, gid_t, gid_t*, int* count) {
  *count = 0;
  return 0;
}

// Socket activation, of servers.
int corten_dbus_sd_listen_fds(int) { return 0; }
int corten_dbus_sd_is_socket(int, int, int, int) { return 0; }

// The uid that a client claims must be the one that SO_PEERCRED shows to the server.
uid_t corten_dbus_geteuid() {
  const auto map = corten::sys::read_file_if_exists(AT_FDCWD, "/proc/self/uid_map").value_or("");
  return corten::systemd::outer_uid(map, ::geteuid());
}
}
