"""Asks a program that is run once for each file: LOADER CASES FROM TO. One line of JSON for each case."""

import base64
import json
import os
import shutil
import subprocess
import sys
import tempfile

import layers

loader, cases, start, end = sys.argv[1:5]


def source(files):
    return "set -a; " + "".join(f". {file} >/dev/null; " for file in files) + "set +a; exec /usr/bin/env -0"


def direnv(files):
    """One file as its own command reads it; several as `dotenv` of an .envrc evaluates what that prints."""
    if len(files) == 1:
        return ["direnv", "dotenv", "json", *files]
    each = " && ".join(f'out=$(/usr/bin/direnv dotenv bash {file}) && eval "$out"' for file in files)
    return ["bash", "--norc", "--noprofile", "-c", each + " && exec /usr/bin/env -0"]


def xargs(files):
    # A file may change PATH, which the next one needs. Without words, `export` prints what there is.
    prints = "cat" if loader == "bash-xargs-cat" else "grep -v '^#'"
    words = "export $(/usr/bin/" + prints + " {} | /usr/bin/xargs /usr/bin/echo) >/dev/null; "
    return ["bash", "--norc", "--noprofile", "-c", "".join(words.format(file) for file in files) + "exec /usr/bin/env -0"]


def make(files):
    """A makefile of its own for each case, beside the empty folder."""
    with open(empty + ".mk", "w") as file:
        file.write("".join(f"include {name}\n" for name in files) + "export\nask:\n\t@/usr/bin/env -0\n")
    return ["make", "-s", "-f", empty + ".mk", "ask"]


FOUND = {
    "bash": lambda files: ["bash", "--norc", "--noprofile", "-c", source(files)],
    "dash": lambda files: ["dash", "-c", source(files)],
    "zsh": lambda files: ["zsh", "-f", "-c", source(files)],
    "bash-xargs": xargs,
    "bash-xargs-cat": xargs,
    "make-include": make,
    "direnv": direnv,
    "kubectl": lambda files: ["kubectl", "create", "configmap", "x", *("--from-env-file=" + file for file in files), "--dry-run=client", "-o", "json"],
}


def text(value):
    return base64.b64encode(value).decode()


def environment(output):
    return [pair.split(b"=", 1) for pair in output.split(b"\0") if b"=" in pair]


def read(output, pid, files):
    if loader == "make-include":
        own = (b"MAKE", b"MFLAGS", b"CURDIR", b"GNUMAKEFLAGS", b"-*-")
        pairs = [pair for pair in environment(output) if not pair[0].startswith(own)]
        return {"env": [[text(k), text(v)] for k, v in pairs]}
    if loader in ("bash", "dash", "zsh", "bash-xargs", "bash-xargs-cat") or loader == "direnv" and len(files) > 1:
        own = {b"_", b"PWD", b"OLDPWD", b"SHLVL"}
        pairs = [pair for pair in environment(output) if pair[0] not in own and pair != [b"LOGNAME", b""]]
        return {"env": [[text(k), text(v.replace(b"%d" % pid, b"<PID>"))] for k, v in pairs]}
    found = json.loads(output)
    if loader == "kubectl":
        binary = found.get("binaryData", {})
        found = found.get("data", {})
        return {"vars": [[text(k.encode()), text(v.encode())] for k, v in found.items()] + [[text(k.encode()), v] for k, v in binary.items()]}
    return {"vars": [[text(k.encode()), text(v.encode())] for k, v in found.items() if v is not None]}


for number in range(int(start), int(end)):
    files = layers.of(cases, number)
    # An empty folder, so that no pattern finds what another file has made.
    empty = tempfile.mkdtemp(dir="/tmp")
    try:
        process = subprocess.Popen(FOUND[loader](files), stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, cwd=empty)
        output, error = process.communicate(timeout=5)
        if process.returncode == 0 and output:
            out = {"id": number, "ok": True, **read(output, process.pid, files)}
        else:
            out = {"id": number, "ok": False, "error": error.decode("utf-8", "replace")[-300:]}
    except subprocess.TimeoutExpired:
        process.kill()
        out = {"id": number, "ok": False, "error": "never returned"}
    shutil.rmtree(empty, ignore_errors=True)
    if os.path.exists(empty + ".mk"):
        os.unlink(empty + ".mk")
    print(json.dumps(out), flush=True)
