// The WebAssembly: the compact core, and the full one, which evaluates all of JSON Schema, reads all carriers and exports, is three times as large, and loaded
// only when it is needed.
//
// The hosted page has them as scripts beside it, since the policy lets nothing else be loaded. The single file has the compact one in it, and no other;
// where `envgate review` serves it, the program has the full one, and from disk the reviewer may add it, as a file with the hash that was known when the page was built.
import { core, full, fullDigest } from "virtual:scripts";
import { carried } from "../packed.ts";
import { servedFull } from "../served.ts";
import type { Wasm } from "./protocol.ts";
import { spawn } from "./spawn.ts";

export const compactCore: Promise<Wasm> = core ? loaded(core) : Promise.resolve(carried("core"));

let fullLoaded: Promise<Wasm | null> | undefined;

/** `null` if it is not available. */
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

/** Takes the full core from a file. Returns whether its hash is the expected one. */
export async function takeFull(bytes: Uint8Array<ArrayBuffer>): Promise<boolean> {
  if (!(await has(bytes, fullDigest))) return false;
  fullLoaded = Promise.resolve({ deflated: bytes });
  return true;
}

/**
 * Returns the core in a script beside the page. A worker of its own runs the script and then ends, so that the page stays responsive, and whatever the script
 * does, it has no access to any text. The result is used only if its hash is the one that was recorded when the page was built.
 */
async function loaded({ path, digest }: { path: string; digest: string }): Promise<Wasm> {
  let worker: Worker | undefined;
  try {
    const bytes = await new Promise<Uint8Array<ArrayBuffer>>((resolve, reject) => {
      const failed = () => reject(new Error("the checker could not be loaded"));
      spawn((message) => (message.kind === "loaded" ? resolve(message.bytes) : failed()), failed).then((started) => {
        worker = started;
        worker.postMessage({ kind: "load", url: new URL(path, document.baseURI).href });
      }, failed);
    });
    if (!(await has(bytes, digest))) throw new Error("the checker is not the one of this page");
    return { bytes };
  } finally {
    worker?.terminate();
  }
}

/** Whether bytes have this SHA-256. Over plain http, browsers offer no hashing; there the page itself could have been replaced anyway. */
async function has(bytes: Uint8Array<ArrayBuffer>, digest: string): Promise<boolean> {
  if (!isSecureContext) return true;
  const sum = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return [...sum].map((byte) => byte.toString(16).padStart(2, "0")).join("") === digest;
}
