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

test("where the caller's stack ends, the instance is dropped as well", () => {
  const gate = compile({ required: ["NAME"], properties: { NAME: { type: "string", pattern: "^(a|b)*$" } } });
  const ask = () => gate.check({ env: { NAME: "abab" }, now: 0 });
  const at = (depth) => (depth === 0 ? ask() : at(depth - 1));
  const reports = (depth) => {
    try {
      return at(depth), true;
    } catch (error) {
      assert.ok(error instanceof RangeError, error.message);
      return false;
    }
  };
  let depth = 1;
  while (reports(depth)) depth *= 2;
  const want = JSON.stringify(ask());
  for (let step = depth / 2; step < depth; step += Math.max(1, depth >> 9)) {
    if (!reports(step)) assert.equal(JSON.stringify(ask()), want);
  }
});
