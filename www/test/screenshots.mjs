// Pictures of every example and state, at three widths and in both schemes, for people to look at: they are not compared with anything.
//
//   node test/screenshots.mjs [folder] [only…]
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { example, launch, open, serve } from "./harness.mjs";

const [folder = join(import.meta.dirname, "../dist/screenshots"), ...only] = process.argv.slice(2);
mkdirSync(folder, { recursive: true });
const server = await serve();
const browser = await launch();
for (const scheme of ["light", "dark"]) {
  for (const width of [390, 820, 1440]) {
    const { page, close, seen } = await open(browser, server.url, { scheme, width, height: 900 });
    const shot = async (name) => {
      const file = `${name}-${width}-${scheme}.png`;
      if (only.length === 0 || only.some((part) => file.includes(part))) await page.screenshot({ path: join(folder, file), fullPage: true });
    };
    await shot("start");
    for (const name of await page.locator("[data-example]").evaluateAll((all) => all.map(({ dataset }) => dataset.example))) {
      await page.reload();
      await example(page, name);
      for (const view of await page.locator('#tabs [role="tab"]').evaluateAll((all) => all.map(({ id }) => id.slice(4)))) {
        await page.click(`#tab-${view}`);
        await page.evaluate(() => document.querySelector("#toasts").replaceChildren());
        // CodeMirror measures what comes into view.
        await page.evaluate(() => document.querySelector("#editor").scrollIntoView());
        await page.waitForTimeout(80);
        await page.evaluate(() => scrollTo(0, 0));
        await shot(`${name}-${view}`);
      }
    }
    if (seen.console.length + seen.violations.length > 0) console.error(seen.console, seen.violations);
    await close();
  }
}
await browser.close();
server.close();
