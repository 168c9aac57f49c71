// The page's end of the worker: starts it, asks it, and replaces it when it traps or is told to stop.
import { compactCore } from "./cores.ts";
import type { FromWorker, Question, ToWorker, Wasm, WireFile } from "./protocol.ts";
import { spawn } from "./spawn.ts";

/** The reason with which a call is rejected if the browser can't run the core; the maker of the engine was told why. */
export const UNABLE = "unable";

type Answer = Exclude<FromWorker, { kind: "opened" | "unable" | "loaded" }>;

/** The handlers of a call. Several messages may come; the last one is `done`, or the only one. */
type Listener = (message: Answer) => void;

export class Engine {
  #worker!: Promise<Worker>;
  #waiting = new Map<number, { listener: Listener; fail: (reason: string) => void }>();
  #last = 0;
  #wasm = compactCore;
  /** Files that the worker has, by id. */
  #sent = new Map<number, number>();
  /** Buffers to transfer with the next question. */
  #handedOver: ArrayBuffer[] = [];
  readonly #unable: (reason: string) => void;
  /** Why the browser can't run the core. */
  #reason: string | undefined;

  /** @param unable is told when the browser can't run the core at all */
  constructor(unable: (reason: string) => void) {
    this.#unable = unable;
    this.#start();
  }

  /** Continues with another WebAssembly module, which has the same functions. */
  replace(wasm: Wasm): void {
    this.#wasm = Promise.resolve(wasm);
    this.stop();
  }

  /** Stops the current work by replacing the worker. Everything that it knew is sent again. */
  stop(): void {
    this.#worker.then((worker) => worker.terminate(), () => {});
    this.#sent.clear();
    this.#handedOver = [];
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    this.#start();
    for (const { fail } of waiting) fail("stopped");
  }

  /** Sends a question, and handles every message of the answer. Rejects with `stopped`, `unable` or the name of what went wrong. */
  ask(question: Question, listener: Listener): Promise<void> {
    if (this.#reason !== undefined) {
      this.#unable(this.#reason);
      return Promise.reject(new Error(UNABLE));
    }
    const id = ++this.#last;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, {
        fail: (reason) => reject(new Error(reason)),
        listener: (answer) => {
          if (answer.kind === "failed") {
            this.#waiting.delete(id);
            reject(new Error(answer.reason));
            // The memory of a module that trapped can't be trusted.
            this.stop();
            return;
          }
          listener(answer);
          if (LAST.has(answer.kind)) {
            this.#waiting.delete(id);
            resolve();
          }
        },
      });
      const handedOver = this.#handedOver;
      this.#handedOver = [];
      this.#worker.then((worker) => worker.postMessage({ ...question, id } as ToWorker, handedOver), () => {});
    });
  }

  /** A file for a message, with its bytes only if the worker does not have them. Bytes that were made for it are transferred, not copied. */
  file({ id, version, name, editable }: WireFile, bytes: () => { bytes: Uint8Array<ArrayBuffer>; made: boolean }): WireFile {
    if (this.#sent.get(id) === version) return { id, version, name, editable };
    this.#sent.set(id, version);
    const text = bytes();
    if (text.made) this.#handedOver.push(text.bytes.buffer);
    return { id, version, name, editable, bytes: text.bytes };
  }

  /** Has the worker forget every file but these; one that comes back is sent again. */
  keep(files: ReadonlySet<number>): void {
    const gone = [...this.#sent.keys()].filter((id) => !files.has(id));
    if (gone.length === 0) return;
    for (const id of gone) this.#sent.delete(id);
    this.#worker.then((worker) => worker.postMessage({ kind: "forget", files: gone } satisfies ToWorker), () => {});
  }

  #refuse(reason: string): void {
    this.#reason = reason;
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { fail } of waiting) fail(UNABLE);
    this.#unable(reason);
  }

  #start(): void {
    this.#worker = this.#open();
    this.#worker.catch((error) => this.#refuse(String(error)));
  }

  async #open(): Promise<Worker> {
    const worker = await spawn(
      (message) => {
        // Nothing more is loaded after this; tests wait for it.
        if (message.kind === "opened") document.body.dataset.engine = message.version;
        else if (message.kind === "unable") this.#refuse(message.reason);
        else if (message.kind !== "loaded") this.#waiting.get(message.id)?.listener(message);
      },
      () => this.#refuse("the worker could not be started"),
    );
    this.#wasm.then(
      (wasm) => worker.postMessage({ kind: "open", wasm } satisfies ToWorker),
      (error) => this.#refuse(String(error)),
    );
    return worker;
  }
}

const LAST: ReadonlySet<string> = new Set(["compiled", "compared", "done", "refused", "text", "rules"]);
