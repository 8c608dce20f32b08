#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes configurations, every second of them broken, for `corten validate`.

configurations.py TEMPLATE DIR COUNT: makes DIR/N/config.json and DIR/N/fault, which has the severity and the JSON pointer of
the fault, or nothing. The same numbers each time.
"""
import copy
import json
import pathlib
import random
import sys


def good(config, pick):
    """Adds to a configuration what is allowed."""
    process = config["process"]
    linux = config["linux"]
    maybe = lambda: pick.random() < 0.5
    if maybe():
        process["rlimits"] = [{"type": "RLIMIT_NOFILE", "soft": 1024, "hard": 4096}, {"type": "RLIMIT_CORE", "soft": 0, "hard": 0}]
    if maybe():
        process["oomScoreAdj"] = pick.randint(-1000, 1000)
    if maybe():
        process["user"] = {"uid": pick.randint(0, 65535), "gid": 1000, "additionalGids": [5, 10], "umask": 18}
    if maybe():
        process["scheduler"] = {"policy": "SCHED_BATCH", "nice": pick.randint(-20, 19)}
    if maybe():
        process["ioPriority"] = {"class": "IOPRIO_CLASS_BE", "priority": pick.randint(0, 7)}
    if maybe():
        config["hooks"] = {"poststop": [{"path": "/bin/true", "args": ["true"], "timeout": 5}]}
    if maybe():
        config["annotations"] = {"org.example.one": "1", "a/b~c": ""}
    if maybe():
        config["mounts"].append({"destination": "/run/%d" % pick.randint(0, 9), "type": "tmpfs", "source": "tmpfs",
                                 "options": ["nosuid", "strictatime", "mode=755", "size=64k"]})
    if maybe():
        config["mounts"].append({"destination": "/data", "source": "/tmp", "options": ["rbind", "rprivate", "ro"]})
    if maybe():
        linux["resources"] = {"memory": {"limit": 1 << 26, "swap": 1 << 27, "reservation": 1 << 25},
                              "cpu": {"shares": 512, "quota": 50000, "period": 100000, "cpus": "0"}, "pids": {"limit": 100},
                              "devices": [{"allow": False, "access": "rwm"}, {"allow": True, "type": "c", "major": 1, "minor": 3, "access": "rw"}]}
    if maybe():
        linux["sysctl"] = {"net.ipv4.ip_forward": "1"} if any(n["type"] == "network" for n in linux["namespaces"]) else {}
    if maybe():
        linux["devices"] = [{"type": "c", "path": "/dev/fuse", "major": 10, "minor": 229, "fileMode": 438, "uid": 0, "gid": 0}]
    if maybe():
        linux["seccomp"] = {"defaultAction": "SCMP_ACT_ERRNO", "defaultErrnoRet": 38, "architectures": ["SCMP_ARCH_X86_64", "SCMP_ARCH_AARCH64"],
                            "syscalls": [{"names": ["read", "write", "openat2"], "action": "SCMP_ACT_ALLOW"},
                                         {"names": ["personality"], "action": "SCMP_ACT_ALLOW",
                                          "args": [{"index": 0, "value": 8, "op": "SCMP_CMP_EQ"}]}]}
    if maybe():
        config["windows"] = {"ignored": True}
    return config


def put(path, value):
    """A fault that sets a value; the pointer is the path."""
    def change(config):
        at = config
        steps = path.strip("/").split("/")
        for step, following in zip(steps, steps[1:]):
            if isinstance(at, list):
                at = at[int(step)]
            else:
                at = at.setdefault(step, [] if following == "0" else {})
        if isinstance(at, list):
            at[int(steps[-1]):int(steps[-1]) + 1] = [value]
        else:
            at[steps[-1]] = value
    return change


def drop(path):
    def change(config):
        at = config
        steps = path.strip("/").split("/")
        for step in steps[:-1]:
            at = at[int(step)] if isinstance(at, list) else at[step]
        del at[steps[-1]]
    return change


def error(pointer, change):
    return ("error", pointer, change)


def warning(pointer, change):
    return ("warning", pointer, change)


LIMIT = {"type": "RLIMIT_CPU", "soft": 1, "hard": 2}
RULE = {"names": ["read"], "action": "SCMP_ACT_ALLOW"}
FAULTS = [
    error("/process/args", put("/process/args", [])),
    error("/process/args", put("/process/args", "sh")),
    error("/process/args/0", put("/process/args", [1])),
    error("/process", drop("/process/args")),
    error("/process", drop("/process/cwd")),
    error("/process/cwd", put("/process/cwd", "tmp")),
    error("/process/cwd", put("/process/cwd", "")),
    error("/process/env/0", put("/process/env", ["NOTHING"])),
    error("/process/env/1", put("/process/env", ["A=1", "=x"])),
    warning("/process/env/1", put("/process/env", ["PATH=/bin", "A=1", "A=2"])),
    error("/process/terminal", put("/process/terminal", "no")),
    error("/process/user/uid", put("/process/user/uid", -1)),
    error("/process/user/uid", put("/process/user/uid", 4294967295)),
    error("/process/user/gid", put("/process/user/gid", 1.5)),
    error("/process/user/umask", put("/process/user/umask", 4095)),
    error("/process/oomScoreAdj", put("/process/oomScoreAdj", 1001)),
    error("/process/rlimits/0/type", put("/process/rlimits", [{**LIMIT, "type": "RLIMIT_NOFIEL"}])),
    error("/process/rlimits/0/soft", put("/process/rlimits", [{**LIMIT, "soft": 3}])),
    error("/process/rlimits/1/type", put("/process/rlimits", [LIMIT, LIMIT])),
    error("/process/rlimits/0", put("/process/rlimits", [{"type": "RLIMIT_CPU", "soft": 1}])),
    error("/process/rlimits/0/soft", put("/process/rlimits", [{**LIMIT, "soft": -1}])),
    warning("/process/capabilities/bounding/0", put("/process/capabilities/bounding", ["CAP_NETADMIN"])),
    error("/process/capabilities/effective/0", put("/process/capabilities", {"effective": ["CAP_CHOWN"], "permitted": []})),
    error("/process/scheduler/policy", put("/process/scheduler", {"policy": "SCHED_FIFFO"})),
    error("/process/scheduler/nice", put("/process/scheduler", {"policy": "SCHED_OTHER", "nice": 20})),
    error("/process/ioPriority/class", put("/process/ioPriority", {"class": "IOPRIO_CLASS_B", "priority": 1})),
    error("/process/ioPriority/priority", put("/process/ioPriority", {"class": "IOPRIO_CLASS_BE", "priority": 8})),
    warning("/process/noNewPriviliges", put("/process/noNewPriviliges", True)),
    warning("/hostnam", put("/hostnam", "x")),
    warning("/linux/maskedpaths", put("/linux/maskedpaths", ["/proc/kcore"])),
    error("", drop("/ociVersion")),
    error("/ociVersion", put("/ociVersion", "one")),
    error("", drop("/root")),
    error("/root/path", put("/root/path", "")),
    error("/root/readonly", put("/root/readonly", "true")),
    error("/hostname", put("/hostname", 5)),
    error("/mounts/0/destination", put("/mounts/0/destination", "proc")),
    error("/mounts/0", drop("/mounts/0/destination")),
    error("/mounts/0/options/0", put("/mounts/0", {"destination": "/t", "type": "tmpfs", "source": "tmpfs", "options": ["nosuidd"]})),
    error("/mounts/0/options/1", put("/mounts/0", {"destination": "/t", "source": "/tmp", "options": ["rbind", "size=64k"]})),
    error("/mounts/0", put("/mounts/0", {"destination": "/t", "type": "bind", "options": ["bind"]})),
    warning("/mounts/0/destination", put("/mounts", [{"destination": "/a/b", "type": "tmpfs", "source": "tmpfs"},
                                                     {"destination": "/a", "type": "tmpfs", "source": "tmpfs"}])),
    warning("/mounts/0/options/0", put("/mounts", [{"destination": "/a", "type": "tmpfs", "source": "tmpfs", "options": ["ro", "rw"]}])),
    error("/hooks/prestart/0/path", put("/hooks", {"prestart": [{"path": "true"}]})),
    error("/hooks/prestart/0", put("/hooks", {"prestart": [{"args": ["true"]}]})),
    error("/hooks/prestart/0/timeout", put("/hooks", {"prestart": [{"path": "/bin/true", "timeout": 0}]})),
    error("/annotations/a", put("/annotations", {"a": 1})),
    error("/annotations/", put("/annotations", {"": "1"})),
    error("/linux/namespaces/0/type", put("/linux/namespaces/0/type", "pidd")),
    error("/linux/namespaces", put("/linux/namespaces", "pid")),
    error("/linux/namespaces/0/path", put("/linux/namespaces/0/path", "proc/1/ns/pid")),
    error("/linux/resources/memory/limit", put("/linux/resources", {"memory": {"limit": "1G"}})),
    error("/linux/resources/memory/swap", put("/linux/resources", {"memory": {"limit": 2048, "swap": 1024}})),
    error("/linux/resources/cpu/period", put("/linux/resources", {"cpu": {"period": 2000000}})),
    error("/linux/resources/devices/0/access", put("/linux/resources", {"devices": [{"allow": True, "access": "rwx"}]})),
    error("/linux/resources/devices/0/type", put("/linux/resources", {"devices": [{"allow": True, "type": "d", "access": "r"}]})),
    error("/linux/resources/blockIO/weight", put("/linux/resources", {"blockIO": {"weight": 2000}})),
    warning("/linux/resources/cpu/share", put("/linux/resources", {"cpu": {"share": 1}})),
    error("/linux/devices/0/type", put("/linux/devices", [{"type": "x", "path": "/dev/x"}])),
    error("/linux/devices/0", put("/linux/devices", [{"type": "p"}])),
    error("/linux/devices/0/path", put("/linux/devices", [{"type": "p", "path": "dev/x"}])),
    error("/linux/rootfsPropagation", put("/linux/rootfsPropagation", "rslaev")),
    error("/linux/maskedPaths/0", put("/linux/maskedPaths", ["proc/kcore"])),
    error("/linux/seccomp/defaultAction", put("/linux/seccomp", {"defaultAction": "SCMP_ACT_EROR"})),
    error("/linux/seccomp", put("/linux/seccomp", {"syscalls": [RULE]})),
    warning("/linux/seccomp/syscalls/0/names/0", put("/linux/seccomp", {"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [
        {"names": ["opennat"], "action": "SCMP_ACT_ERRNO"}]})),
    error("/linux/seccomp/syscalls/0/names", put("/linux/seccomp", {"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{**RULE, "names": []}]})),
    error("/linux/seccomp/syscalls/0/args/0/op", put("/linux/seccomp", {"defaultAction": "SCMP_ACT_ERRNO", "syscalls": [
        {**RULE, "args": [{"index": 0, "value": 1, "op": "SCMP_CMP_EG"}]}]})),
    error("/linux/seccomp/architectures/0", put("/linux/seccomp", {"defaultAction": "SCMP_ACT_ALLOW", "architectures": ["SCMP_ARCH_X64"]})),
    warning("/linux/seccomp/architectures", put("/linux/seccomp", {"defaultAction": "SCMP_ACT_ALLOW", "architectures": ["SCMP_ARCH_MIPSEL64"]})),
    error("/linux/personality/domain", put("/linux/personality", {"domain": "LINUX64"})),
    error("/linux/sysctl", put("/linux/sysctl", {"kernel.panic": "1"})),
]


def main(template, directory, count):
    base = json.loads(pathlib.Path(template).read_text())
    for number in range(count):
        pick = random.Random(number)
        config = good(copy.deepcopy(base), pick)
        fault = ""
        if number % 2:
            severity, pointer, change = FAULTS[number // 2 % len(FAULTS)]
            change(config)
            fault = f"{severity} {pointer}"
        place = pathlib.Path(directory) / str(number)
        place.mkdir(parents=True)
        (place / "config.json").write_text(json.dumps(config, indent=1))
        (place / "fault").write_text(fault)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
