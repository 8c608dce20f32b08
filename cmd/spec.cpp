// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <fmt/core.h>

#include <cerrno>

#include "cmd/command.hpp"
#include "cmd/system.hpp"

namespace corten::cmd {
namespace {

constexpr auto file_name = "config.json";

int run(Call& call) {
  std::string bundle;
  bool rootless = false;
  call.parse({0, 0}, {{"bundle", 'b', &bundle, "directory to write it to (default: the current directory)"},
                      {"rootless", 0, &rootless, "write one for a rootless container"}});
  if (!bundle.empty()) change_directory(bundle);
  try {
    const auto file = open_file(file_name, O_WRONLY | O_CREAT | O_EXCL, 0666);
    write_all(file.get(), default_config_text(rootless), file_name);
  } catch (const Error& error) {
    if (error.number() == EEXIST) throw Error{fmt::format("File {} exists. Remove it first", file_name), EEXIST};
    throw;
  }
  return 0;
}

}  // namespace

constinit const Command spec_command = {
    .name = "spec",
    .usage = "write a new specification file",
    .arguments = "",
    .description = R"(The file is "config.json", which describes a container that runs "sh" in the
directory "rootfs" next to it. It is a start: what is run is in "process.args".

EXAMPLE:
A bundle from an image that some other tool has put into rootfs.tar:

    mkdir -p hello/rootfs
    cd hello
    tar -C rootfs -xf ../rootfs.tar
    PROGRAM spec
    PROGRAM run hello1

Only root may run what is written without "--rootless". With it, the container
gets a user namespace in which the caller is root; inside of a user namespace
whose root calls, it is not needed.)",
    .run = run,
};

}  // namespace corten::cmd
