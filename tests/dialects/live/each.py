"""Runs a program once for each file and reads the environment it prints: ARGV (JSON, FILE for the file) CASES FROM TO."""

import base64
import json
import os
import subprocess
import sys

import layers

argv, cases, start, end = sys.argv[1:5]
argv = json.loads(argv)
# What the drivers had to add for the program, or the program adds itself.
OWN = {b"NO_COLOR", b"DENO_DIR", b"DENO_NO_UPDATE_CHECK", b"UV_CACHE_DIR", b"UV_PYTHON", b"UV", b"UV_RUN_RECURSION_DEPTH", b"PWD", b"LC_CTYPE", b"VIRTUAL_ENV"}


def text(value):
    return base64.b64encode(value).decode()


for number in range(int(start), int(end)):
    files = layers.of(cases, number)
    out = {"id": number, "ok": False}
    try:
        done = subprocess.run([part.replace("FILE", file) for part in argv for file in (files if "FILE" in part else files[:1])], capture_output=True, stdin=subprocess.DEVNULL, timeout=10, cwd="/")
        out["error"] = done.stderr.decode("utf-8", "replace")[-300:]
        if done.returncode == 0 and done.stdout:
            pairs = [pair.split(b"=", 1) for pair in done.stdout.split(b"\0") if b"=" in pair]
            # uv puts its own folder before a search path.
            pairs = [(key, b"/usr/bin:/bin" if key == b"PATH" and value.endswith(b"bin:/usr/bin:/bin") else value) for key, value in pairs if key not in OWN]
            out = {"id": number, "ok": True, "env": [[text(key), text(value)] for key, value in pairs]}
    except subprocess.TimeoutExpired:
        out["error"] = "never returned"
    print(json.dumps(out), flush=True)
