// What the single file carries compressed, since no server compresses it: the core, and the script of the page. Each is the text of an element that no browser runs.

/** Compressed bytes as text, about seven bits a character (plugins.mjs), and how many they are. */
export interface Seven {
  seven: string;
  length: number;
}

export function carried(id: string): Seven {
  const { textContent, dataset } = document.getElementById(id)!;
  return { seven: textContent, length: Number(dataset.length) };
}

/** Values that can't stand in the text: each is a letter from U+0080 on, in which the next eight bits stand as well. */
const HELD_BACK = [0, 13, 36, 60, 92, 96, 127];

export function bytesOf({ seven, length }: Seven): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  let [at, bits, count] = [0, 0, 0];
  for (let index = 0; index < seven.length; index++) {
    const code = seven.charCodeAt(index);
    const isHeld = code >= 0x80;
    bits = isHeld ? (bits << 15) | (HELD_BACK[(code - 0x80) >> 8]! << 8) | ((code - 0x80) & 0xff) : (bits << 7) | code;
    count += isHeld ? 15 : 7;
    // What is written behind the end goes nowhere.
    while (count >= 8) bytes[at++] = bits >> (count -= 8);
    bits &= 0xff;
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
