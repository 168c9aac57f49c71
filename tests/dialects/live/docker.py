"""Asks `docker create --env-file`, with an engine of which there is only the answer: CASES FROM TO. One line of JSON for each case."""

import base64
import http.server
import json
import os
import subprocess
import sys
import threading

import layers

cases, start, end = sys.argv[1:4]
sent = []


class Engine(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self, body):
        data = json.dumps(body).encode()
        self.send_response(201 if self.command == "POST" else 200)
        for name, value in (("Content-Type", "application/json"), ("Api-Version", "1.43"), ("Content-Length", str(len(data)))):
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)

    def do_GET(self):
        self.answer({"ApiVersion": "1.43", "Version": "24.0.0", "OSType": "linux"})

    do_HEAD = do_GET

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if "/containers/create" in self.path:
            sent.append(body.get("Env") or [])
        self.answer({"Id": "0" * 64, "Warnings": []})

    def log_message(self, *_):
        pass


engine = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Engine)
threading.Thread(target=engine.serve_forever, daemon=True).start()
environment = {**os.environ, "DOCKER_HOST": f"tcp://127.0.0.1:{engine.server_port}", "DOCKER_CONFIG": "/tmp/docker"}


def text(value):
    return base64.b64encode(value.encode("utf-8", "surrogatepass")).decode()


for number in range(int(start), int(end)):
    sent.clear()
    given = [part for file in layers.of(cases, number) for part in ("--env-file", file)]
    done = subprocess.run(["/usr/bin/docker", "create", "--pull", "never", *given, "x"], env=environment, capture_output=True, stdin=subprocess.DEVNULL)
    if done.returncode or not sent:
        out = {"id": number, "ok": False, "error": done.stderr.decode("utf-8", "replace")[-300:]}
    else:
        pairs = dict(entry.split("=", 1) for entry in sent[0] if "=" in entry).items()
        out = {"id": number, "ok": True, "vars": [[text(key), text(value)] for key, value in pairs]}
    print(json.dumps(out), flush=True)
