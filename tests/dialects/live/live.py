#!/usr/bin/env python3
"""Asks real loaders what they make of .env files.

    live.py setup                    installs what can be installed: npm, PyPI, crates.io, Debian packages, under target/live
    live.py drift [LOADER…]          asks for every recorded case again, and tells what is no longer as recorded
    live.py record FILE [LOADER…]    answers to the inputs of a corpus, as a corpus
    live.py fuzz [--seconds N]       makes files, asks, holds the answers against `cargo test --test dialects`, shrinks what differs

Answers are what loading changed in an environment that is always the same. Nothing of this runs in `make test`.
"""

import argparse
import base64
import json
import os
import random
import re
import select
import shutil
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import composed
import files
import hostile
import install
import layers
import people
from loaders import LOADERS, FIRST

HERE = os.path.dirname(os.path.abspath(__file__))
RECORDED = os.path.join(HERE, "..", "recorded.json")
FOUND = os.path.join(HERE, "..", "found.json")
LAYERS = os.path.join(HERE, "..", "layers.json")
# How long to wait for a first answer, and for each behind it, in seconds.
START, SILENCE = 30, 8
# How long what differs in a round is made smaller, in seconds.
SHRINKING = 90
SHARES = (1, 2, 4, 20)


def text_of(value):
    """A value of a corpus as bytes."""
    if isinstance(value, str):
        return value.encode()
    if "$b64" in value:
        return base64.b64decode(value["$b64"])
    unit, count = value["$repeat"]
    return unit.encode() * count


def value_of(data):
    """Bytes as a value of a corpus."""
    try:
        return data.decode()
    except UnicodeDecodeError:
        return {"$b64": base64.b64encode(data).decode()}


def key_of(data):
    try:
        return data.decode()
    except UnicodeDecodeError:
        return "$b64:" + base64.b64encode(data).decode()


def input_of(case):
    """The bytes of a file, or a tuple of those of several, from low to high precedence."""
    if "files" in case:
        return tuple(text_of(file) for file in case["files"])
    if "input" in case:
        return case["input"].encode()
    if "input_base64" in case:
        return base64.b64decode(case["input_base64"])
    return b"".join(text_of(part) for part in case["input_parts"])


def case_of(name, data):
    if isinstance(data, tuple):
        return {"id": name, "files": [value_of(file) for file in data], "results": {}}
    try:
        return {"id": name, "input": data.decode(), "results": {}}
    except UnicodeDecodeError:
        return {"id": name, "input_base64": base64.b64encode(data).decode(), "results": {}}


def result_of(answer):
    """What a driver said, as a result of a corpus."""
    if not answer["ok"]:
        # What is recorded is the same wherever the loaders are installed.
        error = answer.get("error", "").replace(install.TREE, "").replace(install.LIVE, "")
        return {"ok": False, "error": error}
    decode = base64.b64decode
    if "vars" in answer:
        pairs = {decode(key): decode(value) for key, value in answer["vars"]}
    else:
        pairs = {decode(key): decode(value or "") for key, value in answer["env"]}
        pairs = {key: value for key, value in pairs.items() if FIRST.get(key) != value}
    return {"ok": True, "vars": {key_of(key): value_of(value) for key, value in pairs.items()}}


def ask(name, folder, count, end):
    """The answers of one loader to the files 0 to count; None for those that it has not come to at the time `end`."""
    answers = {}
    at = 0
    died = set()
    while at < count and (not end or time.time() < end):
        argv, environment, cwd = LOADERS[name].command(folder, at, count)
        process = subprocess.Popen(
            ["nice", "-n", "5", *argv], env=environment, cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
        pending, errors = b"", b""
        streams = [process.stdout, process.stderr]
        silent, begun = False, at
        while process.stdout in streams:
            if end and time.time() > end:
                os.killpg(process.pid, signal.SIGKILL)
                break
            ready, _, _ = select.select(streams, [], [], START if at == begun or LOADERS[name].slow > 2 else SILENCE)
            if not ready:
                silent = True
                os.killpg(process.pid, signal.SIGKILL)
                break
            for stream in ready:
                data = os.read(stream.fileno(), 1 << 16)
                if not data:
                    streams.remove(stream)
                elif stream is process.stdout:
                    *lines, pending = (pending + data).split(b"\n")
                    for line in lines:
                        answer = json.loads(line)
                        answers[answer["id"]] = answer
                        at = answer["id"] + 1
                else:
                    errors = (errors + data)[-400:]
        process.wait()
        process.stdout.close()
        process.stderr.close()
        if at < count and (not end or time.time() < end):
            if not silent and at not in died:
                # Once may be chance.
                died.add(at)
                continue
            if not silent and at > 4 and all(answer.get("error") == "died" for answer in answers.values()):
                raise SystemExit(f"{name}: no answer at all: {errors.decode('utf-8', 'replace')}")
            answers[at] = {"id": at, "ok": False, "error": "never returned" if silent else "died"}
            at += 1
    return [result_of(answers[number]) if number in answers else None for number in range(count)]


def ask_all(names, inputs, end=None, width=2):
    """{loader: results} for inputs."""
    folder = install.folder("cases")
    shutil.rmtree(folder, ignore_errors=True)
    for number, data in enumerate(inputs):
        os.makedirs(os.path.join(folder, str(number)))
        for name, text in zip(layers.NAMES, data if isinstance(data, tuple) else [data]):
            with open(os.path.join(folder, str(number), name), "wb") as file:
                file.write(text)
    try:
        with ThreadPoolExecutor(width) as pool:
            return dict(zip(names, pool.map(lambda name: ask(name, folder, len(inputs), end), names)))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def header(names):
    return {
        "what": "What real .env loaders do with small files. Every result was produced by running the loader itself.",
        "fixed_process_environment": {key.decode(): value.decode() for key, value in FIRST.items()},
        "loaders": {name: {"version": LOADERS[name].version()} for name in names},
    }


def wanted(names):
    chosen = [name for name in LOADERS if not names or name in names]
    there = [name for name in chosen if LOADERS[name].is_there()]
    for name in chosen:
        if name not in there:
            print(f"skipped  {name:20} not installed ({LOADERS[name].source})", flush=True)
    for name in names or []:
        if name not in LOADERS:
            raise SystemExit(f"no driver for {name}; there is one for {', '.join(LOADERS)}")
    return there


def drift(names):
    corpora = [json.load(open(path)) for path in (RECORDED, FOUND, LAYERS) if os.path.exists(path)]
    cases = [case for corpus in corpora for case in corpus["cases"]]
    inputs = [input_of(case) for case in cases]
    total = 0
    for name in wanted(names):
        with_answer = [number for number, case in enumerate(cases) if name in case["results"]]
        if not with_answer:
            continue
        results = ask_all([name], [inputs[number] for number in with_answer])[name]
        changed = []
        for number, result in zip(with_answer, results):
            recorded = cases[number]["results"][name]
            if recorded["ok"] != result["ok"] or result["ok"] and not equal(recorded["vars"], result["vars"]):
                changed.append((cases[number]["id"], recorded, result))
        headers = [corpus["header"].get("loaders", {}).get(name) for corpus in corpora]
        versions = sorted({entry["version"] for entry in headers if entry})
        print(f"asked    {name:20} {len(results) - len(changed):4} of {len(results)} as recorded; now {LOADERS[name].version()}, recorded with {'; '.join(versions)}", flush=True)
        for case, recorded, result in changed:
            print(f"    {case}: recorded {shown(recorded)}, now {shown(result)}")
        total += len(changed)
    print(f"{total} answers differ from what was recorded.")
    return total == 0


def equal(recorded, now):
    read = lambda vars: {key: text_of(value).decode("utf-8", "replace") for key, value in vars.items()}
    return read(recorded) == read(now)


def shown(result):
    return json.dumps(result.get("vars", result.get("error", "")), ensure_ascii=False)[:300]


def record(path, names):
    corpus = json.load(open(path))
    there = wanted(names)
    answers = ask_all(there, [input_of(case) for case in corpus["cases"]])
    for number, case in enumerate(corpus["cases"]):
        case["results"] = {name: answers[name][number] for name in there}
    corpus["header"] = header(there)
    print(json.dumps(corpus, indent=1, ensure_ascii=False))


def judge(cases):
    """{(loader, id): what is said} of the answers with which the table differs, and how many it declined."""
    path = install.folder("corpus.json")
    with open(path, "w") as file:
        json.dump({"header": {"fixed_process_environment": {key.decode(): value.decode() for key, value in FIRST.items()}}, "cases": cases}, file)
    done = subprocess.run(
        [install.test_binary(), "a_corpus_from_elsewhere", "--nocapture"], env={**os.environ, "ENVGATE_DIALECT_CORPUS": path},
        capture_output=True, text=True, errors="replace",
    )
    if "differs:" not in done.stdout and "agree," not in done.stdout:
        raise SystemExit(done.stdout + done.stderr)
    differs = {}
    for match in re.finditer(r"^differs: (\S+) (\S+): (.*(?:\n    .*)*)", done.stdout, re.M):
        differs[match[1], match[2]] = match[3]
    return differs, re.findall(r"^\S+ +\d+ of .*$", done.stdout, re.M)


def shrink(found, most=6):
    """[(loader, input)]: inputs of which nothing can be left out without the difference going away."""
    per = {}
    for name, data in sorted(found, key=lambda entry: files.rank(entry[1])):
        if files.rank(data)[0] < 400 and len(per.setdefault(name, [])) < most:
            per[name].append(data)
    shrunk = []
    end = time.time() + SHRINKING
    for name, inputs in per.items():
        for _ in range(40):
            if time.time() > end:
                break
            candidates = [(number, smaller) for number, data in enumerate(inputs) for smaller in files.smaller(data)]
            if not candidates:
                break
            # There may be hundreds of candidates at each of which a loader goes round for seconds.
            results = ask_all([name], [data for _, data in candidates], end + SHRINKING)[name]
            cases = []
            for index, ((_, data), result) in enumerate(zip(candidates, results)):
                if result is None:
                    continue
                case = case_of(str(index), data)
                case["results"][name] = result
                cases.append(case)
            if not cases:
                # The loader came to none of them in time.
                break
            differs, _ = judge(cases)
            best = {}
            for _, index in differs:
                number, data = candidates[int(index)]
                if number not in best or files.rank(data) < files.rank(best[number]):
                    best[number] = data
            inputs = [best.get(number, data) for number, data in enumerate(inputs)]
            inputs = list(dict.fromkeys(inputs))
            if not best:
                break
        shrunk += [(name, data) for data in inputs]
    return shrunk


def is_known(name, data):
    """Whether a difference is one that is known, and not worth finding again."""
    text = b"".join(data) if isinstance(data, tuple) else data
    # A zero byte in a name ends some of the programs that are asked. Bun 1.1 goes on with what is in its memory where 1.3 crashes.
    return b"\0" in text or name == "bun-1.1" and re.search(rb":-[^}\\]*\$", text)


def made(numbers):
    """A file of odd pieces, one as people write it or one about a single oddity, or several of them."""
    kind = numbers.choice([files, people, hostile, composed])
    return kind.file(numbers) if numbers.random() < 0.8 else kind.layers(numbers)


def fuzz(names, seconds, seed, batch, keep):
    there = wanted(names)
    # A loader that is a process for each file gets a part of them.
    groups = [[name for name in there if LOADERS[name].slow == slow] for slow in SHARES]
    end = time.time() + seconds
    asked, rounds, unlike = 0, 0, 0
    while time.time() < end:
        numbers = random.Random(seed + rounds)
        inputs = [made(numbers) for _ in range(batch)]
        cases = [case_of(str(number), data) for number, data in enumerate(inputs)]
        for group, slow in zip(groups, SHARES):
            answers = ask_all(group, inputs[: batch // slow])
            for name, results in answers.items():
                for case, result in zip(cases, results):
                    if LOADERS[name].takes_layers or "files" not in case:
                        case["results"][name] = result
                        asked += 1
        differs, lines = judge(cases)
        found = [(name, inputs[int(number)]) for name, number in differs]
        found = [(name, data) for name, data in found if not is_known(name, data)]
        rounds += 1
        unlike += len(found)
        print(f"seed {seed + rounds - 1}: {len(inputs)} files, {len(found)} answers differ", flush=True)
        for line in lines:
            print("    " + line)
        if found:
            shrunk = shrink(found)
            corpus = []
            answers = {name: ask_all([name], [data for other, data in shrunk if other == name])[name] for name in dict.fromkeys(name for name, _ in shrunk)}
            taken = {name: iter(results) for name, results in answers.items()}
            for index, (name, data) in enumerate(shrunk):
                case = case_of(f"found-{seed + rounds - 1}-{index}", data)
                case["results"][name] = next(taken[name])
                corpus.append(case)
            differs, _ = judge(corpus) if corpus else ({}, [])
            for case in corpus:
                for name, result in case["results"].items():
                    print(f"  {name}: {input_of(case)!r:.2000}\n      loader: {shown(result)}\n      table:  {differs.get((name, case['id']), 'agrees alone')}", flush=True)
            if keep:
                with open(keep, "a") as file:
                    for case in corpus:
                        file.write(json.dumps(case, ensure_ascii=False) + "\n")
    print(f"{rounds} rounds, {rounds * batch} files, {asked} answers of {len(there)} loaders, {unlike} of them unlike the table's.")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["setup", "drift", "record", "fuzz"])
    parser.add_argument("names", nargs="*")
    parser.add_argument("--seconds", type=int, default=600)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--batch", type=int, default=1000)
    parser.add_argument("--keep", help="a file that shrunk cases are added to, a line each")
    given = parser.parse_args()
    if given.what != "setup" and os.path.isdir(os.path.join(install.TREE, "live")):
        install.drivers()
    if given.what == "setup":
        install.setup()
    elif given.what == "drift":
        sys.exit(0 if drift(given.names) else 1)
    elif given.what == "record":
        record(given.names[0], given.names[1:])
    else:
        fuzz(given.names, given.seconds, given.seed, given.batch, given.keep)


if __name__ == "__main__":
    main()
