"""`envgate hook` on one staged env file in a repository of 5,000 files, beside what git takes to name that file. Prints a table.

usage: hook.py ENVGATE FOLDER

The hook is made to say that it checked the file before anything is measured. Wall time is the least and the median of many runs that take turns, CPU time that of all processes
together: under load only the latter says what the code needs.
"""

import os
import resource
import shutil
import subprocess
import sys
import time
from pathlib import Path

FILES = 5_000
ROUNDS = 200
DATA = Path(__file__).resolve().parent / "data"

binary, folder = str(Path(sys.argv[1]).resolve()), Path(sys.argv[2]).resolve()
environment = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull}


def git(*arguments: str) -> None:
    identity = ["-c", "user.name=Somebody", "-c", "user.email=somebody@example.org"]
    subprocess.run(["git", *identity, *arguments], cwd=folder, env=environment, check=True, stdout=subprocess.DEVNULL)


def build() -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    git("init", "-q", "-b", "main", ".")
    for index in range(FILES):
        path = folder / f"src/m{index // 100}/n{index // 10 % 10}/file{index}.ts"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"export const x{index} = {index};\n" * 20)
    shutil.copy(DATA / "env.schema.json", folder)
    shutil.copy(DATA / ".env", folder)
    git("add", "-f", ".")
    git("commit", "-qm", "first")
    with (folder / ".env").open("a") as env:
        env.write("# changed\n")
    git("add", "-f", ".env")


def timed(command: list[str]) -> tuple[float, float]:
    """Milliseconds of one run: of the clock, and of all its processes."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    done = subprocess.run(command, cwd=folder, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    wall = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode != 0:
        sys.exit(f"{command[0]} ends with {done.returncode}")
    return wall * 1e3, (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) * 1e3


build()
said = subprocess.run([binary, "hook", "--format", "concise"], cwd=folder, env=environment, capture_output=True, text=True)
assert said.returncode == 0 and said.stdout.startswith("Checked 30 variables of 1 environment in 1 file"), said
runs = {"git diff --cached --name-only": ["git", "diff", "--cached", "--name-only"], "envgate hook": [binary, "hook"]}
samples: dict[str, list[tuple[float, float]]] = {name: [] for name in runs}
for _ in range(ROUNDS):
    for name, command in runs.items():
        samples[name].append(timed(command))
print(f"\n### The hook: one staged env file in {FILES} files\n\n| | ms, min | ms, median | min over git | CPU ms, median |\n|---|--:|--:|--:|--:|")
base = min(wall for wall, _ in samples["git diff --cached --name-only"])
for name, times in samples.items():
    walls, cpus = sorted(wall for wall, _ in times), sorted(cpu for _, cpu in times)
    print(f"| {name} | {walls[0]:.1f} | {walls[ROUNDS // 2]:.1f} | +{walls[0] - base:.1f} | {cpus[ROUNDS // 2]:.1f} |")
shutil.rmtree(folder)
