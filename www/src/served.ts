// The page as `envgate review` serves it: takes the files of the project, once, from the program on this machine. This is the only file that makes a
// request. The policy that the program sends lets it reach that program and nothing else; every other policy forbids all requests. The hosted build
// leaves this file out.
import type { Wasm } from "./engine/protocol.ts";
import { newFile, type InputFile, type Role } from "./model.ts";

/** The address that the program prints. */
const TOKEN = /^#([0-9a-f]{64})$/.exec(location.hash)?.[1];
/** Whether a program serves the page. */
export const isServed = import.meta.env.MODE === "single" && location.protocol === "http:" && location.hostname === "127.0.0.1" && TOKEN !== undefined;

export interface Project {
  /** The version of the program. */
  version: string;
  files: InputFile[];
}

/** What keeps the project from being shown, in plain words. */
export type Trouble = { trouble: string; help: string };

/** The files of the project. */
export async function project(unreadable: (bytes: Uint8Array) => InputFile["unreadable"]): Promise<Project | Trouble> {
  let response: Response;
  let message: Uint8Array<ArrayBuffer>;
  try {
    response = await ask("/project");
    message = new Uint8Array(await response.arrayBuffer());
  } catch {
    return { trouble: "The program that served this page is gone.", help: "Run `envgate review` again, or add the files here." };
  }
  if (response.status === 410) {
    return { trouble: "The files were handed over already, and this address works only once.", help: "If you reloaded the page, run `envgate review` again. If it was not you who opened it before, somebody else on this machine has the files." };
  }
  if (!response.ok) return { trouble: "The program did not hand over the files.", help: "Open the address as it was printed, or run `envgate review` again." };
  // Kept open for as long as the page is, so that the program ends when the page is closed.
  void ask("/open").then(({ body }) => body?.getReader().read()).catch(() => {});
  return read(message, unreadable);
}

/** The full core, from the program. */
export async function servedFull(): Promise<Wasm | null> {
  if (!isServed) return null;
  try {
    const response = await ask("/full");
    return response.ok ? { deflated: new Uint8Array(await response.arrayBuffer()) } : null;
  } catch {
    return null;
  }
}

const ask = (path: string): Promise<Response> => fetch(path, { headers: { "x-envgate-token": TOKEN! }, credentials: "omit", cache: "no-store", redirect: "error" });

/** The length of a list, the list, and the texts of its files, as src/cli/review/project.rs writes them. */
function read(message: Uint8Array<ArrayBuffer>, unreadable: (bytes: Uint8Array) => InputFile["unreadable"]): Project {
  const start = 4 + new DataView(message.buffer).getUint32(0, true);
  const list: { version: string; files: { name: string; role: Role; environment: string | null; parts: string[]; length: number }[] } = JSON.parse(new TextDecoder().decode(message.subarray(4, start)));
  let at = start;
  const files = list.files.map(({ name, role, environment, parts, length }) => {
    const bytes = message.slice(at, (at += length));
    const file = newFile(name, role, bytes, role === "evidence" ? "may-hold-values" : unreadable(bytes));
    file.chosen = environment;
    file.parts = parts;
    return file;
  });
  return { version: list.version, files };
}
