"""Asks a Python loader in this process: LOADER CASES FROM TO. One line of JSON for each case."""

import base64
import json
import logging
import os
import sys

import layers

loader, cases, start, end = sys.argv[1:5]
logging.disable(logging.CRITICAL)
os.environ.pop("PYTHONPATH", None)
FIRST = dict(os.environ)


def text(value):
    return base64.b64encode(os.fsencode(value)).decode()


overrides = loader.endswith("-override")
if overrides:
    from dotenv import load_dotenv

    def ask(path):
        return load_dotenv(path, override=True)
elif loader.startswith("python-dotenv"):
    from dotenv import load_dotenv as ask
elif loader == "honcho":
    from honcho.command import _read_env
elif loader == "python-decouple":
    from decouple import RepositoryEnv

    def ask(path):
        # What a program asks for is looked up in the environment first.
        return RepositoryEnv(path).data | dict(os.environ)
else:
    import environ

    ask = environ.Env.read_env

for number in range(int(start), int(end)):
    os.environ.clear()
    os.environ.update(FIRST)
    try:
        # What is set stays as it is, so the file that is to win comes first, unless it is to replace what is set.
        files = layers.of(cases, number)
        if loader == "honcho":
            os.environ.update(_read_env("/", ",".join(files)))
            files = []
        for file in files if overrides else reversed(files):
            found = ask(file)
        found = found if loader == "python-decouple" else os.environ
        out = {"id": number, "ok": True, "env": [[text(k), text(v)] for k, v in found.items()]}
    except Exception as error:
        out = {"id": number, "ok": False, "error": f"{type(error).__name__}: {error}"}
    print(json.dumps(out), flush=True)
