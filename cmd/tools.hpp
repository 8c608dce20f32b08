// SPDX-License-Identifier: Apache-2.0
// What the help says of the commands that are in a program of their own, here and there.
#pragma once

#include <string_view>

namespace corten::cmd {

class Call;

/// Executes corten-tools for this call. Throws where it is not installed.
int run_tool(const Call& call);

inline constexpr std::string_view check_usage = "look at what this machine can do for containers";
inline constexpr std::string_view spec_usage = "write a new specification file";
inline constexpr std::string_view spec_description =
    R"(The file is "config.json", which describes a container that runs "sh" in the
directory "rootfs" next to it. It is a start: what is run is in "process.args".

With one of the options from --args on, the program has a terminal only where it
is asked for: "--tty".

EXAMPLES:
A container that needs no editor:

    PROGRAM spec --args echo --args hello --memory 64M --seccomp default

A bundle from an image that some other tool has put into rootfs.tar:

    mkdir -p hello/rootfs
    cd hello
    tar -C rootfs -xf ../rootfs.tar
    PROGRAM spec
    PROGRAM run hello1

Only root may run what is written without "--rootless". With it, the container
gets a user namespace in which the caller is root; inside of a user namespace
whose root calls, it is not needed.)";
inline constexpr std::string_view validate_usage = "say every problem of a bundle's config.json";

}  // namespace corten::cmd
