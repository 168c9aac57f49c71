// The full core, which evaluates all of JSON Schema and is three times as large: loaded only when a schema needs it.
//
// The hosted page has it as a script beside it, which the policy allows by its hash and by nothing else. The single file does not carry it: there
// the reviewer chooses the file, and it is taken if its hash is the one that was known when the page was built.
import { fullScript } from "virtual:full";
import { vouchFor } from "./client.ts";

declare global {
  var envgateFullWasm: string | undefined;
}

let loaded: Promise<string | null> | undefined;

/** Its bytes as text, or `null` if they are not to be had. */
export function fullWasm(): Promise<string | null> {
  return (loaded ??= load());
}

function load(): Promise<string | null> {
  if (!fullScript) return Promise.resolve(null);
  const url = new URL(fullScript.path, document.baseURI).href;
  vouchFor(url);
  return new Promise((resolve) => {
    const script = document.createElement("script");
    script.integrity = fullScript!.integrity;
    script.onload = () => resolve(globalThis.envgateFullWasm ?? null);
    script.onerror = () => {
      loaded = undefined;
      resolve(null);
    };
    script.src = url;
    document.head.append(script);
  });
}
