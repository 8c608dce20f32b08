#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Compares containerd's shims: the Go shim with runc, the Go shim with Corten, and Corten's own.

    shim.py [--rounds N] [--pods N] [--idle SECONDS] [--only CASE,...] [FOLDER]

FOLDER has containerd-shim-corten-v1 and corten (default: build/release/bin). One containerd of this
run's own serves all three; a client calls its API, and each round runs each shim once, in turn.
Printed: medians, and the ratio to the Go shim with runc. Needs root, containerd, runc, protoc,
python3-grpcio, python3-protobuf and busybox-static.
"""
import argparse
import concurrent.futures
import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time

import grpc

import compare

SPEC = "types.containerd.io/opencontainers/runtime-spec/1/"
GROUP = "io.containerd.runc.v2.group"
CONFIG = """version = 2
root = "{top}/root"
state = "{top}/state"
disabled_plugins = ["io.containerd.grpc.v1.cri"]
[grpc]
  address = "{top}/socket"
[ttrpc]
  address = "{top}/ttrpc"
"""


class Containerd:
    """The daemon, and its API."""

    def __init__(self, top, folder):
        subprocess.run(["protoc", f"-I{compare.HERE}", f"--python_out={top}", "shim.proto"], check=True)
        sys.path.insert(0, top)
        import shim_pb2  # what protoc has made of shim.proto
        self.messages = shim_pb2
        config = os.path.join(top, "config.toml")
        with open(config, "w") as file:
            file.write(CONFIG.format(top=top))
        path = os.path.abspath(folder) + ":" + os.environ["PATH"]
        with open(os.path.join(top, "log"), "w") as log:
            self.daemon = subprocess.Popen(["containerd", "--config", config], stdout=log, stderr=log,
                                           env={**os.environ, "PATH": path})
        self.channel = grpc.insecure_channel(f"unix://{top}/socket")
        grpc.channel_ready_future(self.channel).result(timeout=20)

    def call(self, method, request, answer="Empty"):
        service, name = method.split(".")
        path = f"/containerd.services.{service.lower()}.v1.{service}/{name}"
        call = self.channel.unary_unary(path, request_serializer=type(request).SerializeToString,
                                        response_deserializer=getattr(self.messages, answer).FromString)
        return call(request, timeout=60, metadata=[("containerd-namespace", "bench")])

    def end(self):
        self.channel.close()
        self.daemon.terminate()
        self.daemon.wait()


class Shim:
    """One way to run containers."""

    count = 0

    def __init__(self, name, containerd, runtime, bundle, binary=None):
        self.name, self.containerd, self.bundle = name, containerd, bundle
        messages = containerd.messages
        self.runtime = messages.Runtime(name=runtime)
        if binary:
            self.runtime.options.type_url = "containerd.runc.v1.Options"
            self.runtime.options.value = messages.Options(binary_name=binary).SerializeToString()
        with open(os.path.join(bundle, "config.json")) as file:
            self.spec = json.load(file)
        self.held, self.held_pid = None, 0

    def define(self, args, group=None):
        """A container that has no task yet; the container's name."""
        Shim.count += 1
        name, messages = f"b{os.getpid()}-{Shim.count}", self.containerd.messages
        spec = {**self.spec, "process": {**self.spec["process"], "args": args}}
        spec["linux"] = {**spec["linux"], "cgroupsPath": f"/bench/{name}"}
        spec["annotations"] = {GROUP: group} if group else {}
        container = messages.Container(id=name, runtime=self.runtime)
        container.spec.type_url = SPEC + "Spec"
        container.spec.value = json.dumps(spec).encode()
        self.containerd.call("Containers.Create", messages.CreateContainerRequest(container=container))
        return name

    def create(self, name):
        messages = self.containerd.messages
        root = messages.Mount(type="bind", source=os.path.join(self.bundle, "rootfs"), options=["rbind", "rw"])
        self.containerd.call("Tasks.Create", messages.CreateTaskRequest(container_id=name, rootfs=[root]))

    def start(self, name, exec_id=""):
        request = self.containerd.messages.ProcessRequest(container_id=name, exec_id=exec_id)
        return self.containerd.call("Tasks.Start", request, "StartResponse").pid

    def wait(self, name, exec_id=""):
        request = self.containerd.messages.ProcessRequest(container_id=name, exec_id=exec_id)
        return self.containerd.call("Tasks.Wait", request, "WaitResponse").exit_status

    def delete(self, name):
        self.containerd.call("Tasks.Delete", self.containerd.messages.DeleteTaskRequest(container_id=name))

    def forget(self, name):
        self.containerd.call("Containers.Delete", self.containerd.messages.DeleteContainerRequest(id=name))

    def up(self, group=None):
        """A container that sleeps: its name and its pid."""
        name = self.define(["/bin/sleep", "3600"], group)
        self.create(name)
        return name, self.start(name)

    def down(self, name):
        request = self.containerd.messages.KillRequest(container_id=name, signal=signal.SIGKILL)
        self.containerd.call("Tasks.Kill", request)
        self.wait(name)
        self.delete(name)
        self.forget(name)

    def hold(self):
        if self.held is None:
            self.held, self.held_pid = self.up()
        return self.held


def parent_of(pid):
    with open(f"/proc/{pid}/stat") as file:
        return int(file.read().rsplit(")", 1)[1].split()[1])


def timed(function):
    begin = time.perf_counter()
    function()
    return (time.perf_counter() - begin) * 1000


def case_lifecycle(shim, _):
    """create + start + wait + delete of /bin/true, with the shim's own start (ms)"""
    name = shim.define(["/bin/true"])

    def whole():
        shim.create(name)
        shim.start(name)
        if shim.wait(name) != 0:
            raise SystemExit(f"{shim.name}: /bin/true has failed")
        shim.delete(name)

    spent = timed(whole)
    shim.forget(name)
    return spent


def case_exec(shim, _):
    """exec + start + wait + delete of /bin/true in a container that runs (ms)"""
    name, messages = shim.hold(), shim.containerd.messages
    Shim.count += 1
    exec_id = f"e{Shim.count}"
    request = messages.ExecProcessRequest(container_id=name, exec_id=exec_id)
    request.spec.type_url = SPEC + "Process"
    request.spec.value = json.dumps({**shim.spec["process"], "args": ["/bin/true"]}).encode()

    def whole():
        shim.containerd.call("Tasks.Exec", request)
        shim.start(name, exec_id)
        if shim.wait(name, exec_id) != 0:
            raise SystemExit(f"{shim.name}: an exec of /bin/true has failed")
        shim.containerd.call("Tasks.DeleteProcess",
                             messages.ProcessRequest(container_id=name, exec_id=exec_id))

    return timed(whole)


def case_memory(shim, _):
    """memory that a shim with one sleeping container holds (Pss, KiB)"""
    name, pid = shim.up()
    time.sleep(1)
    held = compare.pss_kib(parent_of(pid))
    shim.down(name)
    return held


def case_further(shim, _):
    """what it holds for each of nine more containers of the pod (Pss, KiB)"""
    first, pid = shim.up("pod")
    time.sleep(1)
    alone = compare.pss_kib(parent_of(pid))
    more = [shim.up("pod")[0] for _ in range(9)]
    time.sleep(1)
    held = (compare.pss_kib(parent_of(pid)) - alone) / len(more)
    for name in [*more, first]:
        shim.down(name)
    return held


def case_threads(shim, _):
    """threads of a shim with one sleeping container"""
    shim.hold()
    return len(os.listdir(f"/proc/{parent_of(shim.held_pid)}/task"))


def switches(pid):
    total = 0
    for task in os.listdir(f"/proc/{pid}/task"):
        with open(f"/proc/{pid}/task/{task}/status") as file:
            total += sum(int(line.split()[1]) for line in file if "ctxt_switches" in line)
    return total


def case_idle(shim, options):
    """wake-ups of a shim that has nothing to do, in the time of --idle"""
    shim.hold()
    pid = parent_of(shim.held_pid)
    time.sleep(5)  # what an exec has left behind
    before = switches(pid)
    time.sleep(options.idle)
    return switches(pid) - before


def start_pods(shim, options):
    """Milliseconds for pods of two containers, 8 at a time, and all that their shims hold (Pss, KiB)."""
    def pod(number):
        group = f"pod{number}"
        return [shim.up(group), shim.up(group)]

    begin = time.perf_counter()
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        pods = list(pool.map(pod, range(options.pods)))
    spent = (time.perf_counter() - begin) * 1000
    time.sleep(1)
    held = sum(compare.pss_kib(shim_pid) for shim_pid in {parent_of(pid) for one in pods for _, pid in one})
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda one: [shim.down(name) for name, _ in reversed(one)], pods))
    return spent, held


CASES = {"lifecycle": case_lifecycle, "exec": case_exec, "memory": case_memory, "further": case_further,
         "threads": case_threads, "idle": case_idle}
FEW = {"memory": 3, "further": 1, "threads": 1, "idle": 1}


def show(shims, name, what, figures):
    medians = [statistics.median(figures[shim.name]) for shim in shims]
    ratios = "   ".join(f"{shim.name} {value:10.2f} ({value / medians[0]:.2f})" if medians[0] else f"{shim.name} {value:10.2f}"
                        for shim, value in zip(shims, medians))
    print(f"{name:10} {ratios}   {what}", flush=True)


def measure(options, shims):
    wanted = options.only.split(",")
    for name in wanted:
        if name == "pods":
            continue
        figures = {shim.name: [] for shim in shims}
        for turn in range(FEW.get(name, options.rounds) + (name not in FEW)):
            for shim in shims:
                figure = CASES[name](shim, options)
                if turn or name in FEW:  # else the first round warms up
                    figures[shim.name].append(figure)
        show(shims, name, CASES[name].__doc__, figures)
    if "pods" in wanted:
        spent, held = ({shim.name: [] for shim in shims} for _ in range(2))
        for shim in shims:
            time_spent, pss = start_pods(shim, options)
            spent[shim.name].append(time_spent)
            held[shim.name].append(pss)
        show(shims, "pods", f"{options.pods} pods of two containers, 8 at a time (ms)", spent)
        show(shims, "pods-held", "what their shims hold (Pss, KiB)", held)
    for shim in shims:
        if shim.held:
            shim.down(shim.held)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--rounds", type=int, default=30)
    parser.add_argument("--pods", type=int, default=100)
    parser.add_argument("--idle", type=float, default=60)
    parser.add_argument("--only", default=",".join([*CASES, "pods"]))
    parser.add_argument("folder", nargs="?", default=os.path.join(compare.HERE, "../../build/release/bin"))
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="shim-") as top:
        for name in ("root", "state"):
            os.mkdir(os.path.join(top, name))
        bundle = compare.make_bundle(top, "bundle", ["/bin/true"])
        containerd = Containerd(top, options.folder)
        try:
            measure(options, [
                Shim("go+runc", containerd, "io.containerd.runc.v2", bundle),
                Shim("go+corten", containerd, "io.containerd.runc.v2", bundle,
                     os.path.abspath(os.path.join(options.folder, "corten"))),
                Shim("corten", containerd, "io.containerd.corten.v1", bundle)])
        finally:
            containerd.end()


if __name__ == "__main__":
    main()
