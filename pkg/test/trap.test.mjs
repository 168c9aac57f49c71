// A trap of the WebAssembly: the call says that it is a bug and nothing of the input, and the next call works, with schemas that were compiled before.
import assert from "node:assert/strict";
import { test } from "node:test";
import { compile } from "envgate";

test("after a trap the next call works", () => {
  const gate = compile({ properties: { PORT: { type: "integer" } } });
  assert.equal(gate.assertEnv({ PORT: "1" }).PORT, 1);
  // More room than the module can have: it gives up before anything is written there.
  const text = new Uint8Array(1 << 28);
  const secret = "hunter2";
  const files = Array.from({ length: 12 }, (_, index) => ({ name: `${index}.env`, text }));
  assert.throws(() => gate.check({ files, env: { PORT: secret } }), (error) => {
    assert.match(error.message, /a bug of its own/);
    assert.ok(error.cause instanceof WebAssembly.RuntimeError);
    assert.ok(!`${error.stack}${error.cause.stack}`.includes(secret));
    return true;
  });
  assert.equal(gate.assertEnv({ PORT: "2" }).PORT, 2);
});
