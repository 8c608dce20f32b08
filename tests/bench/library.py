#!/usr/bin/env python3
"""Times containers that one process makes with libcorten beside whole runs of the command and of others.

    library.py [--cgroup v1|v2] [--containers N] PREFIX NAME=BINARY ...

PREFIX is where libcorten is installed (scripts/test library: build/library/install).
For example:  library.py build/library/install corten=build/release/bin/corten crun=/usr/bin/crun

Each turn makes a hundred containers of /bin/true in each way, the library by create, start, wait
and destroy, the commands by run. Printed: milliseconds a container (median of the turns), the
ratio of the library to each command, and the process's memory after the first and the last
hundred. compare.py says what else is done; its needs are needed here, and a C++ compiler.
"""
import argparse
import os
import statistics
import subprocess
import tempfile

import compare

TURN = 100


def build(prefix, top):
    program = os.path.join(top, "cycle")
    source = os.path.join(compare.HERE, "library_cycle.cpp")
    subprocess.run(["c++", "-std=c++20", "-O2", "-o", program, source, f"-I{prefix}/include", f"-L{prefix}/lib",
                    f"-Wl,-rpath,{os.path.abspath(prefix)}/lib", "-lcorten"], check=True)
    return program


class Library:
    """The process that uses it."""

    def __init__(self, program, bundle, state):
        self.child = subprocess.Popen([program, bundle, os.path.join(state, "library")], text=True,
                                      stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def turn(self):
        """Milliseconds, and KiB of memory afterwards."""
        self.child.stdin.write(f"{TURN}\n")
        self.child.stdin.flush()
        answer = self.child.stdout.readline().split()
        if len(answer) != 2:
            raise SystemExit(f"the library's program has ended with {self.child.wait()}")
        return float(answer[0]), int(answer[1])

    def end(self):
        self.child.stdin.close()
        return self.child.wait()


def measure(options, top, state):
    bundle = compare.make_bundle(top, "true", ["/bin/true"])
    runtimes = [compare.Runtime(*item.split("=", 1), state) for item in options.runtimes]
    library = Library(build(options.prefix, top), bundle, state)
    figures, memory = {"library": [], **{rt.name: [] for rt in runtimes}}, []
    library.turn()  # warms up
    for _ in range(max(1, options.containers // TURN)):
        spent, held = library.turn()
        figures["library"].append(spent / TURN)
        memory.append(held)
        for rt in runtimes:
            figures[rt.name].append(sum(compare.case_run(rt, {"true": bundle}) for _ in range(TURN)) / TURN)
    if library.end() != 0:
        raise SystemExit("the library's program has failed")
    medians = {name: statistics.median(values) for name, values in figures.items()}
    for name, value in medians.items():
        print(f"{name:10} {value:8.2f} ms   library / {name}: {medians['library'] / value:.2f}")
    print(f"memory     {memory[0]} KiB after the first hundred, {memory[-1]} KiB after the last")


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
