#!/usr/bin/env python3
"""os.environ["TRAP_DOCSTRING"]
os.getenv('TRAP_DOCSTRING_TOO')
"""
import os, environ
import os as system
from os import environ as settings, getenv
from os import (
    getenv as get,
)
from decouple import config

# os.environ["TRAP_COMMENT"]
a = os.environ["USED_INDEX"] + os.environ.get("USED_GET", "TRAP_DEFAULT") + os.getenv('USED_GETENV')
b = f"{os.environ['USED_FORMATTED']} {{os.environ['TRAP_BRACES']}} {a}" + r"\" os.getenv('TRAP_RAW')"
c = 'it\'s os.getenv("TRAP_STRING")' + '''
os.getenv("TRAP_LONG")
'''
d = settings["USED_ALIAS"], getenv("USED_IMPORTED"), get("USED_RENAMED")
env = environ.Env(DEBUG=(bool, False))
e = env("USED_DJANGO"), env.bool("USED_DJANGO_BOOL", default=True), env.db()
f = config("USED_DECOUPLE", cast=int)
if "USED_IN" in os.environ and "USED_NOT_IN" not in os.environ:
    os.environ["TRAP_SET"] = "1"
    del os.environ["TRAP_DELETED"]
    os.environ.setdefault("USED_SET_DEFAULT", "1")
    os.environ.pop("USED_POP", None)
    print(os.environ["USED_LAST"] == "1")
