// Texts that are not looked at before somebody asks for them, and that a page in one file carries compressed, since nobody compresses it on its way.

declare const of: unique symbol;
/** JSON, or what DEFLATE made of it, in base64. */
export type Packed<T> = ({ json: string } | { base64: string }) & { [of]?: T };

export async function unpacked<T>(packed: Packed<T>): Promise<T> {
  if ("json" in packed) return JSON.parse(packed.json);
  return JSON.parse(new TextDecoder().decode(await inflated(bytesOf(packed.base64))));
}

export const bytesOf = (base64: string): Uint8Array<ArrayBuffer> => Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));

export async function inflated(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}
