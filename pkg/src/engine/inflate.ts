/** Decodes and inflates: with the runtime's own zlib if it has a synchronous one, otherwise with fflate. */
import { inflateSync } from "fflate";

export function inflated(base64: string, length: number): Uint8Array<ArrayBuffer> {
  const bytes = decoded(base64);
  // Node, Bun and Deno have it built in; `process` must not be imported, since bundlers for browsers would look for it.
  const host = (globalThis as { process?: { getBuiltinModule?: (name: string) => unknown } }).process;
  const zlib = host?.getBuiltinModule?.("node:zlib") as { inflateRawSync?: (bytes: Uint8Array) => Uint8Array<ArrayBuffer> } | undefined;
  if (zlib?.inflateRawSync !== undefined) return zlib.inflateRawSync(bytes);
  return inflateSync(bytes, { out: new Uint8Array(length) }) as Uint8Array<ArrayBuffer>;
}

function decoded(base64: string): Uint8Array {
  const native = (Uint8Array as unknown as { fromBase64?: (text: string) => Uint8Array }).fromBase64;
  if (native !== undefined) return native.call(Uint8Array, base64);
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at++) bytes[at] = text.charCodeAt(at);
  return bytes;
}
