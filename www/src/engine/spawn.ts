// Workers, and who may be one: scripts start only from addresses that were vouched for, which the browser enforces by Trusted Types.
import { source } from "virtual:worker";
import type { FromWorker } from "./protocol.ts";

/** Trusted Types refuse a script whose address nobody vouches for: this lets through what was vouched for, and no other. */
const policy = self.trustedTypes?.createPolicy("default", {
  createScriptURL: (url: string) => {
    if (!ours.has(url)) throw new TypeError("not a script of this page");
    return url;
  },
});
const ours = new Set<string>();

/** A worker from a blob, because one from a URL is not bound by the policy of the page. A promise, which is rejected where the browser starts none. */
export async function spawn(listener: (message: FromWorker) => void, failed: () => void): Promise<Worker> {
  const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
  ours.add(url);
  const worker = new Worker((policy ? policy.createScriptURL(url) : url) as string);
  ours.delete(url);
  worker.onmessage = ({ data }: MessageEvent<FromWorker>) => {
    // It has read its script.
    URL.revokeObjectURL(url);
    listener(data);
  };
  worker.onerror = failed;
  return worker;
}
