// The full core, which evaluates all of JSON Schema and is three times as large: loaded only when a schema needs it.
//
// The hosted page has it as a script beside it, which the policy allows by its hash and by nothing else. The single file does not carry it;
// where `envgate review` serves it, the program has it.
import { fullScript } from "virtual:full";
import { servedFull } from "../served.ts";
import { vouchFor } from "./client.ts";
import type { Wasm } from "./protocol.ts";

declare global {
  var envgateFullWasm: string | undefined;
}

let loaded: Promise<Wasm | null> | undefined;

/** `null` if it is not to be had. */
export function fullWasm(): Promise<Wasm | null> {
  return (loaded ??= load());
}

function load(): Promise<Wasm | null> {
  if (!fullScript) return servedFull();
  const url = new URL(fullScript.path, document.baseURI).href;
  vouchFor(url);
  return new Promise((resolve) => {
    const script = document.createElement("script");
    script.integrity = fullScript!.integrity;
    script.onload = () => resolve(globalThis.envgateFullWasm === undefined ? null : { literal: globalThis.envgateFullWasm });
    script.onerror = () => {
      loaded = undefined;
      resolve(null);
    };
    script.src = url;
    document.head.append(script);
  });
}
