"""Searching a tree for known values: `envgate leaks` beside `rg -F -f` with the same needles. Prints a table.

usage: leaks.py ENVGATE FOLDER

The tree is made of the sources of our dependencies, as cargo has unpacked them, up to 60 MB: real code, in real sizes of files. Before anything is measured, a value is
planted in every encoding, and has to be found.
"""

import base64
import json
import os
import random
import resource
import shutil
import subprocess
import sys
import time
from pathlib import Path

SIZE = 60_000_000
ROUNDS = 10

binary, folder = str(Path(sys.argv[1]).resolve()), Path(sys.argv[2])
tree = folder / "tree"


def sources():
    home = Path(os.environ.get("CARGO_HOME", Path.home() / ".cargo")) / "registry" / "src"
    for path in sorted(home.rglob("*")):
        if path.is_file() and not path.is_symlink() and "target" not in path.parts:
            yield path, path.relative_to(home)


def build():
    if folder.exists():
        shutil.rmtree(folder)
    size = files = 0
    while size < SIZE:
        before = size
        for path, name in sources():
            if size >= SIZE:
                break
            length = path.stat().st_size
            if length > 2_000_000 or name.name.startswith(".git"):
                continue
            copy = tree / f"round{before}" / name
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, copy)
            size += length
            files += 1
        if size == before:
            sys.exit("no sources of dependencies: run `cargo fetch`")
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_"
    chance = random.Random(7)
    values = ["".join(chance.choice(letters) for _ in range(40)) for _ in range(20)]
    properties = {f"KEY_{index}_SECRET": {"type": "string", "secret": True} for index in range(20)}
    schema = {"environments": {"production": {"files": [".env.production"]}}, "properties": properties}
    (folder / "env.schema.json").write_text(json.dumps(schema))
    (folder / ".env.production").write_text("".join(f"KEY_{index}_SECRET={value}\n" for index, value in enumerate(values)))
    needles = []
    for value in values:
        data = value.encode()
        needles += [value, data.hex(), data.hex().upper()]
        for shift in range(3):
            text = base64.b64encode(bytes(shift) + data).decode()
            needles.append(text[-(-shift * 8 // 6) : (shift + len(data)) * 8 // 6])
    (folder / "needles.txt").write_text("\n".join(needles) + "\n")
    return size, files, values, needles


def timed(command):
    walls, cpus = [], []
    for _ in range(ROUNDS):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        start = time.perf_counter()
        done = subprocess.run(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        walls.append(time.perf_counter() - start)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        cpus.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
        if done.returncode > 1:
            sys.exit(f"{command[0]} fails: {done.returncode}")
    return min(walls), sorted(walls)[ROUNDS // 2], min(cpus)


def found():
    done = subprocess.run([binary, "leaks", "tree", "--no-ignore", "--format", "json"], cwd=folder, capture_output=True)
    return [one for one in json.loads(done.stdout)["diagnostics"] if one["code"] == "known-value-leaked"]


size, files, values, needles = build()
plain = len(found())
planted = tree / "planted.txt"
planted.write_text("\n".join(needles) + "\n")
assert len(found()) - plain == len(needles), "every needle is found"
planted.unlink()

print(f"\n### Searching {files} files, {size / 1e6:.0f} MB, for 20 values ({len(needles)} needles)\n")
print("| | ms, min | ms, median | CPU ms, min | MB per CPU second |")
print("|---|--:|--:|--:|--:|")
rows = [("envgate leaks --no-ignore", [binary, "leaks", "tree", "--no-ignore", "--fail-on", "hint", "--format", "concise"])]
if shutil.which("rg"):
    rows.insert(0, ("rg -uuu -F -f", ["rg", "-uuu", "-F", "-c", "-f", "needles.txt", "tree"]))
for name, command in rows:
    low, median, cpu = timed(command)
    print(f"| {name} | {low * 1e3:.0f} | {median * 1e3:.0f} | {cpu * 1e3:.0f} | {size / 1e6 / cpu:.0f} |")

whole = folder / "whole.txt"
with whole.open("wb") as out:
    for path in sorted(tree.rglob("*")):
        if path.is_file():
            out.write(path.read_bytes())
low, median, cpu = timed([binary, "leaks", "whole.txt", "--no-ignore", "--format", "concise"])
print(f"| one file of {whole.stat().st_size / 1e6:.0f} MB, one core | {low * 1e3:.0f} | {median * 1e3:.0f} | {cpu * 1e3:.0f} | {size / 1e6 / cpu:.0f} |")
shutil.rmtree(folder)
