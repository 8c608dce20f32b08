#!/usr/bin/env python3
"""Times containers that one process makes with libcorten beside whole runs of the command and of others.

    library.py [--cgroup v1|v2] [--containers N] PREFIX NAME=BINARY ...

PREFIX is where libcorten is installed (scripts/test library: build/library/install).
For example:  library.py build/library/install corten=build/release/bin/corten crun=/usr/bin/crun

Each turn makes TURN containers of /bin/true in each way, the library by create, start, wait and
destroy, once without and once with keep_ready, the commands by run. Printed: milliseconds a
container (median of the turns), the ratio of both to each command (median of the turns' ratios),
and the processes' memory after the first and the last hundred. compare.py says what else is done;
its needs are needed here, and a C++ compiler.
"""
import argparse
import operator
import os
import statistics
import subprocess
import tempfile

import compare

TURN = 25
HUNDRED = 100 // TURN  # turns


def build(prefix, top):
    program = os.path.join(top, "cycle")
    source = os.path.join(compare.HERE, "library_cycle.cpp")
    subprocess.run(["c++", "-std=c++20", "-O2", "-o", program, source, f"-I{prefix}/include", f"-L{prefix}/lib",
                    f"-Wl,-rpath,{os.path.abspath(prefix)}/lib", "-lcorten"], check=True)
    return program


class Library:
    """A process that uses it."""

    def __init__(self, name, command):
        self.name, self.memory = name, []
        self.child = subprocess.Popen(command, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def turn(self):
        """Milliseconds a container."""
        self.child.stdin.write(f"{TURN}\n")
        self.child.stdin.flush()
        answer = self.child.stdout.readline().split()
        if len(answer) != 2:
            raise SystemExit(f"the library's program has ended with {self.child.wait()}")
        self.memory.append(int(answer[1]))
        return float(answer[0]) / TURN

    def end(self):
        self.child.stdin.close()
        if self.child.wait() != 0:
            raise SystemExit("the library's program has failed")


def measure(options, top, state):
    bundle = compare.make_bundle(top, "true", ["/bin/true"])
    runtimes = [compare.Runtime(*item.split("=", 1), state) for item in options.runtimes]
    program = build(options.prefix, top)
    libraries = [Library("plain", [program, bundle, os.path.join(state, "plain")]),
                 Library("ready", [program, bundle, os.path.join(state, "ready"), "keep_ready"])]
    figures = {one.name: [] for one in libraries + runtimes}
    for _ in range(max(HUNDRED, options.containers // TURN)):
        for library in libraries:
            figures[library.name].append(library.turn())
        for rt in runtimes:
            figures[rt.name].append(sum(compare.case_run(rt, {"true": bundle}) for _ in range(TURN)) / TURN)
    for library in libraries:
        library.end()
    for name, values in figures.items():
        ratios = [f"{one.name} / {name}: {statistics.median(map(operator.truediv, figures[one.name], values)):.2f}"
                  for one in libraries]
        print(f"{name:10} {statistics.median(values):8.2f} ms   {'   '.join(ratios)}")
    for library in libraries:
        print(f"{library.name:10} {library.memory[HUNDRED - 1]} KiB after the first hundred, "
              f"{library.memory[-1]} KiB after the last")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--cgroup", choices=["v1", "v2"], default="v1")
    parser.add_argument("--containers", type=int, default=1000)
    parser.add_argument("prefix", metavar="PREFIX")
    parser.add_argument("runtimes", nargs="+", metavar="NAME=BINARY")
    options = parser.parse_args()
    compare.own_mount_namespace(options.cgroup)
    with tempfile.TemporaryDirectory(prefix="compare-") as top:
        state = os.path.join(top, "state")
        os.mkdir(state)
        subprocess.run(["mount", "-t", "tmpfs", "-o", "mode=755", "tmpfs", state], check=True)
        try:
            measure(options, top, state)
        finally:
            subprocess.run(["umount", state], check=True)


if __name__ == "__main__":
    main()
