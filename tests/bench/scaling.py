#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""How the cost of a start grows: with the containers on the host, with mounts, with variables, with the configuration.

    scaling.py [--cgroup v1|v2] [--rounds N] [--only CURVE,...] [--json FILE] NAME=BINARY ...

For each curve and size every runtime is called in turn, and the least time of some rounds is kept: what a busy machine
adds is not the runtime's. "growth" compares what a further item costs at the end of a curve with what it costs at the
beginning: 1 is a straight line, and much more than that is something quadratic. `chart.py FILE` draws the results.
"""
import argparse
import copy
import json
import os
import resource
import sys
import tempfile

from compare import Runtime, make_bundle, own_mount_namespace

SIZES = {"containers": [1, 10, 100, 300, 1000], "list": [1, 10, 100, 300, 1000], "mounts": [1, 50, 125, 250, 500],
         "env": [1, 250, 500, 1000, 2000], "config": [10, 640, 1280, 2560, 5120]}
UNITS = {"containers": "run, beside N other containers", "list": "list of N containers", "mounts": "run with N mounts",
         "env": "run with N variables", "config": "run with a config.json of N KiB"}


def with_mounts(spec, bundle, number):
    for index in range(number):
        spec["mounts"].append({"destination": f"/data/{index}", "type": "bind", "source": f"{bundle}/shm",
                               "options": ["bind", "ro"]})


def with_env(spec, _bundle, number):
    spec["process"]["env"] += [f"VARIABLE_{index}=a value of usual length" for index in range(number)]


def with_size(spec, _bundle, kib):
    labels = spec.setdefault("annotations", {})
    for index in range(kib * 1024 // 128):
        labels[f"org.example.label.{index:08}"] = "x" * 90


CHANGES = {"mounts": with_mounts, "env": with_env, "config": with_size}


class Curves:
    def __init__(self, runtimes, top, rounds):
        self.runtimes, self.rounds = runtimes, rounds
        self.bundle = make_bundle(top, "true", ["/bin/true"])
        self.sleep = make_bundle(top, "sleep", ["/bin/sleep", "86400"])
        with open(os.path.join(self.bundle, "config.json")) as file:
            self.spec = json.load(file)
        self.others = {rt.name: [] for rt in runtimes}

    def least(self, action):
        times = {rt.name: [] for rt in self.runtimes}
        for _ in range(self.rounds + 1):
            for rt in self.runtimes:
                times[rt.name].append(action(rt))
        return {name: min(values[1:]) for name, values in times.items()}

    def run(self, rt):
        return rt.run("run", "--bundle", self.bundle, rt.id())

    def write(self, curve, size):
        spec = copy.deepcopy(self.spec)
        if curve in CHANGES:
            CHANGES[curve](spec, self.bundle, size)
        with open(os.path.join(self.bundle, "config.json"), "w") as file:
            json.dump(spec, file)

    def fill(self, number):
        """Each runtime has `number` running containers."""
        for rt in self.runtimes:
            while len(self.others[rt.name]) < number:
                self.others[rt.name].append(rt.id())
                rt.run("run", "--detach", "--bundle", self.sleep, self.others[rt.name][-1])

    def point(self, curve, size):
        self.write(curve, size)
        if curve in ("containers", "list"):
            self.fill(size)
        return self.least((lambda rt: rt.run("list", "--format", "json")) if curve == "list" else self.run)

    def clear(self):
        for rt in self.runtimes:
            for ident in self.others[rt.name]:
                rt.run("delete", "--force", ident, check=False)
            self.others[rt.name] = []


def growth(points):
    """The cost of one more at the end of the curve, in multiples of that over its first half."""
    (x0, y0), (x1, y1), (x2, y2) = points[0], points[len(points) // 2], points[-1]
    before, after = (y1 - y0) / (x1 - x0), (y2 - y1) / (x2 - x1)
    return after / before if before > 0 else float("nan")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cgroup", choices=["v1", "v2"], default="v1")
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--only", default=",".join(SIZES))
    parser.add_argument("--json")
    parser.add_argument("runtimes", nargs="+", metavar="NAME=BINARY")
    options = parser.parse_args()
    own_mount_namespace(options.cgroup)
    resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
    results = {}
    with tempfile.TemporaryDirectory(prefix="scaling-") as top:
        runtimes = [Runtime(*item.split("=", 1), os.path.join(top, "state")) for item in options.runtimes]
        curves = Curves(runtimes, top, options.rounds)
        try:
            for curve in options.only.split(","):
                lines = {rt.name: [] for rt in runtimes}
                for size in SIZES[curve]:
                    for name, least in curves.point(curve, size).items():
                        lines[name].append([size, round(least, 3)])
                results[f"{UNITS[curve]}, ms"] = lines
                print(f"{curve}: {UNITS[curve]} (ms)")
                for name, points in lines.items():
                    print(f"    {name:10} " + "  ".join(f"{size}: {time:.2f}" for size, time in points) +
                          f"   growth {growth(points):.2f}")
                sys.stdout.flush()
                curves.clear()
        finally:
            curves.clear()
    if options.json:
        with open(options.json, "w") as file:
            json.dump(results, file, indent=1)


if __name__ == "__main__":
    main()
