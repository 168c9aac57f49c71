// The WebAssembly: the compact core, and the full one, which evaluates all of JSON Schema, reads all carriers and exports, is three times as large, and loaded
// only when it is needed.
//
// The hosted page has them as scripts beside it, which the policy allows by their hashes and by nothing else. The single file has the compact one in it, and no other;
// where `envgate review` serves it, the program has the full one, and from disk the reviewer may add it, as a file with the hash that was known when the page was built.
import { core, full, fullDigest } from "virtual:scripts";
import { servedFull } from "../served.ts";
import type { Wasm } from "./protocol.ts";

declare global {
  var envgateWasm: string | undefined;
}

/** Trusted Types refuse a script whose address nobody vouches for: this lets through what was vouched for, and no other. */
const policy = self.trustedTypes?.createPolicy("default", {
  createScriptURL: (url: string) => {
    if (!ours.has(url)) throw new TypeError("not a script of this page");
    return url;
  },
});
const ours = new Set<string>();

/** An address that a script may be loaded from, once. */
export function vouched<T>(url: string, load: (url: string) => T): T {
  ours.add(url);
  try {
    return load((policy ? policy.createScriptURL(url) : url) as string);
  } finally {
    ours.delete(url);
  }
}

export const compactCore: Promise<Wasm> = "seven" in core ? Promise.resolve(core) : loaded(core);

let fullLoaded: Promise<Wasm | null> | undefined;

/** `null` if it is not to be had. */
export function fullCore(): Promise<Wasm | null> {
  fullLoaded ??= full
    ? loaded(full).catch(() => {
        fullLoaded = undefined;
        return null;
      })
    : servedFull();
  return fullLoaded;
}

export const FULL_FILE = "envgate-full.deflate";

/** Takes the full core from a file; whether it is the one. */
export async function takeFull(bytes: Uint8Array<ArrayBuffer>): Promise<boolean> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  if ([...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("") !== fullDigest) return false;
  fullLoaded = Promise.resolve({ deflated: bytes });
  return true;
}

function loaded({ path, integrity }: { path: string; integrity: string }): Promise<Wasm> {
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.integrity = integrity;
    script.fetchPriority = "low";
    script.onload = () => (globalThis.envgateWasm === undefined ? reject(new Error("empty")) : resolve({ literal: globalThis.envgateWasm }));
    script.onerror = () => reject(new Error("the checker could not be loaded"));
    vouched(new URL(path, document.baseURI).href, (url) => (script.src = url));
    document.head.append(script);
  });
}
