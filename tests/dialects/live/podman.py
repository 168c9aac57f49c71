"""Asks `podman create --env-file`, and what podman wrote down of the container: TREE CASES FROM TO. One line of JSON for each case.

podman wants /proc, so it is run outside of the tree, with the libraries of the tree.
"""

import base64
import json
import os
import shutil
import subprocess
import sys
import tempfile

import layers

tree, cases, start, end = sys.argv[1:5]

def text(value):
    return base64.b64encode(value.encode("utf-8", "surrogatepass")).decode()


with tempfile.TemporaryDirectory() as own:
    settings = os.path.join(own, "containers.conf")
    with open(settings, "w") as file:
        file.write(f'[engine]\nhelper_binaries_dir = ["{tree}/usr/lib/podman"]\n')
    environment = {**os.environ, "CONTAINERS_CONF": settings, "CONTAINERS_REGISTRIES_CONF": os.devnull, "CONTAINERS_STORAGE_CONF": os.devnull}
    podman = [
        *(f"{tree}/lib64/ld-linux-x86-64.so.2", "--library-path", f"{tree}/usr/lib/x86_64-linux-gnu", f"{tree}/usr/bin/podman"),
        *("--conmon", f"{tree}/usr/bin/conmon", "--runtime", f"{tree}/usr/bin/crun", "--root", f"{own}/root", "--runroot", f"{own}/run"),
        *("--storage-driver", "vfs", "--events-backend", "none", "--cgroup-manager", "cgroupfs"),
    ]
    run = lambda *argv: subprocess.run([*podman, *argv], env=environment, capture_output=True, stdin=subprocess.DEVNULL)

    def ask(files):
        """What a container gets, or the error."""
        given = [part for file in files for part in ("--env-file", file)]
        done = run("create", "--name", "x", "--hostname", "x", "--network", "none", *given, "--rootfs", own, "/x")
        if done.returncode:
            return done.stderr.decode("utf-8", "replace")[-300:]
        found = json.loads(run("inspect", "x").stdout)[0]["Config"]["Env"]
        run("rm", "x")
        return dict(entry.partition("=")[::2] for entry in found)

    defaults = ask([])
    for number in range(int(start), int(end)):
        found = ask(layers.of(cases, number))
        if isinstance(found, str):
            out = {"id": number, "ok": False, "error": found}
        else:
            out = {"id": number, "ok": True, "vars": [[text(key), text(value)] for key, value in found.items() if defaults.get(key) != value]}
        print(json.dumps(out), flush=True)
