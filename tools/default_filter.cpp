// SPDX-License-Identifier: Apache-2.0
#include "tools/default_filter.hpp"

#include <fmt/core.h>

#include <array>
#include <string_view>

namespace corten::tools {
namespace {

/// Calls that change the machine rather than the container, and some that containers seldom need and kernels had faults in.
constexpr auto refused = std::to_array<std::string_view>({
    // modules, another kernel, the machine's power, its clock and its swap
    "create_module",
    "delete_module",
    "finit_module",
    "get_kernel_syms",
    "init_module",
    "query_module",
    "kexec_file_load",
    "kexec_load",
    "reboot",
    "adjtimex",
    "clock_adjtime",
    "clock_settime",
    "settimeofday",
    "stime",
    "swapoff",
    "swapon",
    // mounts and name spaces
    "fsconfig",
    "fsmount",
    "fsopen",
    "fspick",
    "mount",
    "mount_setattr",
    "move_mount",
    "open_tree",
    "open_tree_attr",
    "pivot_root",
    "setns",
    "umount",
    "umount2",
    "unshare",
    // files by handle, past the root directory
    "open_by_handle_at",
    // ports and devices
    "ioperm",
    "iopl",
    "pciconfig_iobase",
    "pciconfig_read",
    "pciconfig_write",
    "s390_pci_mmio_read",
    "s390_pci_mmio_write",
    // what the kernel knows of the whole machine
    "acct",
    "bpf",
    "lookup_dcookie",
    "nfsservctl",
    "perf_event_open",
    "quotactl",
    "quotactl_fd",
    "syslog",
    "vhangup",
    // keyrings, which are not in a name space
    "add_key",
    "keyctl",
    "request_key",
    // memory of others, and faults that a program answers
    "kcmp",
    "mbind",
    "migrate_pages",
    "move_pages",
    "process_madvise",
    "userfaultfd",
    // queues that a filter does not see into
    "io_uring_enter",
    "io_uring_register",
    "io_uring_setup",
    // leftovers
    "_sysctl",
    "afs_syscall",
    "modify_ldt",
    "sysfs",
    "uselib",
    "ustat",
    "vm86",
    "vm86old",
});

}  // namespace

std::string default_filter() {
  std::string names;
  for (const auto name : refused) names += fmt::format("{}\"{}\"", names.empty() ? "" : ",", name);
  return fmt::format(
      R"({{"defaultAction":"SCMP_ACT_ALLOW","syscalls":[{{"names":[{}],"action":"SCMP_ACT_ERRNO","errnoRet":1}}]}})",
      names);
}

}  // namespace corten::tools
