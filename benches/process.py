"""The native program as a whole process, beside /bin/true: wall time over many runs.

    python3 benches/process.py NAME=PROGRAM...
"""

import os
import statistics
import sys
import time

ROUNDS = 300
DATA = os.path.join(os.path.dirname(os.path.abspath(__file__)), "data")
CHECK = ["check", "--now", "2026-11-20T00:00:00Z", "--format", "concise"]


def run(arguments: list[str]) -> float:
    """Milliseconds of one run."""
    start = time.perf_counter_ns()
    pid = os.posix_spawn(arguments[0], arguments, os.environ, file_actions=[(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)])
    _, status = os.waitpid(pid, 0)
    elapsed = (time.perf_counter_ns() - start) / 1e6
    if os.waitstatus_to_exitcode(status) != 0:
        sys.exit(f"{arguments[0]} ends with {os.waitstatus_to_exitcode(status)}")
    return elapsed


def main() -> None:
    """Takes turns, so that what else the machine does hits both."""
    programs = dict(argument.split("=", 1) for argument in sys.argv[1:])
    runs = {"/bin/true": ["/bin/true"]}
    for name, program in programs.items():
        runs[f"envgate check, {name}"] = [os.path.abspath(program), *CHECK]
    os.chdir(DATA)
    samples: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(ROUNDS):
        for name, arguments in runs.items():
            samples[name].append(run(arguments))
    base = min(samples["/bin/true"])
    print("\n### Native, whole process: wall time\n\n| | ms, min | ms, median | min over /bin/true |\n|---|--:|--:|--:|")
    for name, times in samples.items():
        print(f"| {name} | {min(times):.2f} | {statistics.median(times):.2f} | +{min(times) - base:.2f} |")


main()
