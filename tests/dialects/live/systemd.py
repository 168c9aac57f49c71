"""Asks systemd's own functions, as exec_context_load_environment() calls them for EnvironmentFile=: CASES FROM TO."""

import base64
import ctypes
import glob
import json
import os
import sys

import layers

cases, start, end = sys.argv[1:4]
LIBRARY = ctypes.CDLL(sorted(glob.glob("/usr/lib/*/systemd/libsystemd-shared-*.so"))[-1])
CALLBACK = ctypes.CFUNCTYPE(None, ctypes.c_char_p, ctypes.c_void_p)
STRINGS = ctypes.POINTER(ctypes.c_char_p)
LIBRARY.load_env_file.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.POINTER(STRINGS)]
LIBRARY.strv_env_clean_with_callback.argtypes = [STRINGS, CALLBACK, ctypes.c_void_p]
LIBRARY.strv_env_clean_with_callback.restype = STRINGS
ignore = CALLBACK(lambda _text, _data: None)
os.dup2(os.open("/dev/null", os.O_WRONLY), 2)


def text(value):
    return base64.b64encode(value).decode()


def strings(found):
    index = 0
    while found and found[index] is not None:
        yield found[index]
        index += 1


for number in range(int(start), int(end)):
    pairs = {}
    for file in layers.of(cases, number):
        found = STRINGS()
        status = LIBRARY.load_env_file(None, file.encode(), ctypes.byref(found))
        if status < 0:
            break
        if any(strings(found)):
            found = LIBRARY.strv_env_clean_with_callback(found, ignore, None)
        # As strv_env_merge() does.
        pairs |= {key: value for key, _, value in (entry.partition(b"=") for entry in strings(found))}
    if status < 0:
        out = {"id": number, "ok": False, "error": os.strerror(-status)}
    else:
        out = {"id": number, "ok": True, "vars": [[text(key), text(value)] for key, value in pairs.items()]}
    print(json.dumps(out), flush=True)
