// SPDX-License-Identifier: Apache-2.0
// A program that waits for a container's readiness in its own loop, and changes it. Usage: ready BUNDLE STATE-DIRECTORY NOTIFY-SOCKET
#include <poll.h>
#include <unistd.h>

#include <cstdio>

#include <corten/corten.hpp>
#include <corten/text.hpp>

int main(int /*argc*/, char** argv) {
  const corten::Runtime runtime{{.root = argv[2], .notify_socket = argv[3], .rootless = CORTEN_ROOTLESS_AUTOMATIC}};
  auto [container, process] = runtime.run("ready", {.bundle = argv[1], .ready_later = true});
  std::printf("status %d, ready_fd %s\n", static_cast<int>(container.status()), process.ready_fd() >= 0 ? "yes" : "no");
  while (process.ready_fd() >= 0) {
    pollfd what{process.ready_fd(), POLLIN, 0};
    if (::poll(&what, 1, 10000) != 1) return 1;
    process.pass_ready(::getpid());
  }
  for (const auto& one : runtime.find()) {
    std::printf("%s is %s\n", corten::quote(one.id).c_str(), std::string{corten::name_of(one.status)}.c_str());
  }
  container.update(corten::Document<corten::spec::Resources>{R"({"pids":{"limit":20}})"});
  std::fflush(stdout);
  auto more = runtime.exec("ready", {.changes = {.args = {"/bin/echo", "one more"}, .no_new_privileges = true}});
  if (more.wait() != 0) return 1;
  try {
    runtime.clear("ready");
  } catch (const corten::Error& error) {
    std::printf("%s\n", corten::printable(error.what()).c_str());
  }
  container.signal(corten::signal_number("KILL"));
  std::printf("ended with status %d, MAINPID %d\n", process.wait(), static_cast<int>(::getpid()));
  container.destroy_ended();
}
