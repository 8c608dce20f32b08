// SPDX-License-Identifier: Apache-2.0
// A profile made in code is checked, compiled, and loaded by a child of this program's.
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string>
#include <vector>

#include <corten/seccomp.hpp>

#include "expect.hpp"

namespace {

namespace seccomp = corten::seccomp;

bool has(const std::vector<std::string>& names, const char* name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

corten::spec::Seccomp profile() {
  corten::spec::Seccomp made;
  made.default_action = "SCMP_ACT_ALLOW";
  made.syscalls = {{.names = {"getppid"}, .action = "SCMP_ACT_ERRNO", .errno_ret = 42, .args = {}}};
  return made;
}

/// 0 where the filter holds in a child.
int filtered(const seccomp::Filter& filter) {
  const pid_t child = ::fork();
  if (child == 0) {
    std::vector<sock_filter> instructions(filter.program.size() / sizeof(sock_filter));
    std::memcpy(instructions.data(), filter.program.data(), filter.program.size());
    const sock_fprog program{static_cast<unsigned short>(instructions.size()), instructions.data()};
    if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) ::_exit(1);
    if (::syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, filter.flags, &program) != 0) ::_exit(2);
    ::_exit(::syscall(SYS_getppid) == -1 && errno == 42 ? 0 : 3);
  }
  int status = -1;
  ::waitpid(child, &status, 0);
  return WEXITSTATUS(status);
}

void wrong_profiles() {
  using corten::detail::call;
  auto wrong = profile();
  wrong.syscalls[0].action = "SCMP_ACT_NONE";
  EXPECT_ERROR(CORTEN_INVALID_CONFIG, "linux.seccomp.syscalls[0].action: ", seccomp::check(wrong));
  EXPECT_ERROR(CORTEN_INVALID_CONFIG, "linux.seccomp.syscalls[0].action: ", seccomp::compile(wrong));
  wrong = profile();
  wrong.syscalls[0].args = {{.index = 6, .value = 0, .value_two = 0, .op = "SCMP_CMP_EQ"}};
  EXPECT_ERROR(CORTEN_INVALID_CONFIG, "linux.seccomp.syscalls[0].args[0].index: ", seccomp::check(wrong));
  wrong = profile();
  wrong.architectures = {"SCMP_ARCH_NONE"};
  EXPECT_ERROR(CORTEN_INVALID_CONFIG, "linux.seccomp.architectures[0]: ", seccomp::check(wrong));
  EXPECT_ERROR(CORTEN_INVALID_CONFIG, "linux.seccomp: syscalls: expected an array",
               call(&corten_seccomp_check, R"({"defaultAction":"SCMP_ACT_ALLOW","syscalls":7})"));
  EXPECT_ERROR(CORTEN_INVALID_CONFIG, "line 1", call(&corten_seccomp_check, "{"));
  EXPECT_ERROR(CORTEN_INVALID_ARGUMENT, "profile is NULL",
               call(&corten_seccomp_check, static_cast<const char*>(nullptr)));
}

}  // namespace

int main() {
  try {
    EXPECT(seccomp::enabled());
    EXPECT(has(seccomp::actions(), "SCMP_ACT_ERRNO") && has(seccomp::operators(), "SCMP_CMP_MASKED_EQ"));
    EXPECT(has(seccomp::architectures(), "SCMP_ARCH_X86_64") && has(seccomp::flags(), "SECCOMP_FILTER_FLAG_LOG"));
    EXPECT(corten_seccomp_name(CORTEN_SECCOMP_ACTIONS, seccomp::actions().size()) == nullptr);
    EXPECT(corten_seccomp_name(static_cast<corten_seccomp_names>(9), 0) == nullptr);
    seccomp::check(profile());
    const auto filter = seccomp::compile(profile());
    EXPECT(!filter.program.empty() && filter.program.size() % sizeof(sock_filter) == 0);
    EXPECT(filtered(filter) == 0);
    EXPECT(seccomp::compile({}).program.empty());
    wrong_profiles();
  } catch (const corten::Error& error) {
    failed("seccomp", error.what());
  }
  return failures == 0 ? 0 : 1;
}
