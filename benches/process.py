"""The native program as a whole process, beside /bin/true: wall time over many runs, and the most memory that it held.

    python3 benches/process.py PROGRAM
"""

import os
import statistics
import sys
import time

ROUNDS = 300
DATA = os.path.join(os.path.dirname(os.path.abspath(__file__)), "data")
CHECK = ["check", "--now", "2026-11-20T00:00:00Z", "--format", "concise"]


def run(arguments: list[str]) -> tuple[float, int]:
    """Milliseconds and peak memory in KiB of one run."""
    start = time.perf_counter_ns()
    pid = os.posix_spawn(arguments[0], arguments, os.environ, file_actions=[(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)])
    _, status, usage = os.wait4(pid, 0)
    elapsed = (time.perf_counter_ns() - start) / 1e6
    if os.waitstatus_to_exitcode(status) != 0:
        sys.exit(f"{arguments[0]} ends with {os.waitstatus_to_exitcode(status)}")
    return elapsed, usage.ru_maxrss


def main() -> None:
    """Takes turns, so that what else the machine does hits both."""
    program = os.path.abspath(sys.argv[1])
    os.chdir(DATA)
    runs = {"/bin/true": ["/bin/true"], "envgate check": [program, *CHECK]}
    samples: dict[str, list[tuple[float, int]]] = {name: [] for name in runs}
    for _ in range(ROUNDS):
        for name, arguments in runs.items():
            samples[name].append(run(arguments))
    base = min(elapsed for elapsed, _ in samples["/bin/true"])
    print("\n### Native, whole process\n\n| | ms, min | ms, median | min over /bin/true | peak memory, MB |\n|---|--:|--:|--:|--:|")
    for name, sample in samples.items():
        times = [elapsed for elapsed, _ in sample]
        memory = max(peak for _, peak in sample) / 1000
        print(f"| {name} | {min(times):.2f} | {statistics.median(times):.2f} | +{min(times) - base:.2f} | {memory:.1f} |")


main()
