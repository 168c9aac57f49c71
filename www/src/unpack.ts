// Starts the single file: unpacks the script of the page, and has the browser run it, which it does if the hash of the script is in the policy.
import { bytesOf, carried, inflated } from "./packed.ts";

async function unpack(): Promise<void> {
  const text = new TextDecoder().decode(await inflated(bytesOf(carried("script"))));
  // Nobody but this function ever has it, and there can be no other of the name.
  const policy = self.trustedTypes?.createPolicy("unpack", { createScript: (script) => script });
  const script = document.createElement("script");
  script.text = (policy ? policy.createScript(text) : text) as string;
  document.body.append(script);
}

unpack().catch(() => {
  const told = document.createElement("p");
  told.className = "notice error";
  told.textContent = "This browser can't unpack the page, so nothing can be checked here. Use a browser of 2023 or later, or run envgate check in a terminal.";
  document.getElementById("trouble")!.append(told);
});
