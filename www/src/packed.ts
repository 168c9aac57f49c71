// Texts that are not looked at before somebody asks for them, and that a page in one file carries compressed, since nobody compresses it on its way.

declare const of: unique symbol;
/** JSON, or what DEFLATE made of it, in seven bits a character (plugins.mjs). */
export type Packed<T> = ({ json: string } | { seven: string }) & { [of]?: T };

export async function unpacked<T>(packed: Packed<T>): Promise<T> {
  if ("json" in packed) return JSON.parse(packed.json);
  return JSON.parse(new TextDecoder().decode(await inflated(bytesOf(packed.seven))));
}

/** Characters that can't stand in the text, for which there are letters from À on. */
const HELD_BACK = [0, 13, 92, 96, 36, 60];

export function bytesOf(seven: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array((seven.length * 7) >> 3);
  let [at, bits, count] = [0, 0, 0];
  for (let index = 0; index < seven.length; index++) {
    const code = seven.charCodeAt(index);
    bits = ((bits << 7) | (code < 0xc0 ? code : HELD_BACK[code - 0xc0]!)) & 0x7fff;
    count += 7;
    if (count >= 8) bytes[at++] = (bits >> (count -= 8)) & 255;
  }
  return bytes;
}

export async function inflated(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const { readable, writable } = new DecompressionStream("deflate-raw");
  const writer = writable.getWriter();
  // Not the stream of a Blob, which WebKit does not read in a worker of a page from disk. What is wrong with the bytes is heard at the other end.
  const written = Promise.all([writer.write(bytes), writer.close()]);
  written.catch(() => {});
  return new Uint8Array(await new Response(readable).arrayBuffer());
}
