// One modal dialog at a time; the browser keeps the focus in it and gives it back.
import { h } from "./dom.ts";

export function dialog(title: string, ...content: (Node | string)[]): HTMLDialogElement {
  const close = h("button", { type: "button", class: "icon", "aria-label": "Close", onclick: () => box.close() }, "×");
  const heading = h("h2", { id: "dialog-title" }, title);
  const box = h("dialog", { "aria-labelledby": "dialog-title" }, h("div", { class: "dialog-head" }, heading, close), h("div", { class: "dialog-body", tabindex: "0" }, ...content));
  box.addEventListener("close", () => box.remove());
  // A click beside it closes it, as Escape does.
  box.addEventListener("click", ({ target }) => target === box && box.close());
  document.body.append(box);
  box.showModal();
  return box;
}

/** The little Markdown in which rules are explained, as elements: headings, paragraphs, lists, code, bold, and the names of other rules. */
export function markdown(text: string): Node[] {
  const nodes: Node[] = [];
  let paragraph: string[] = [];
  let items: HTMLElement | null = null;
  const end = () => {
    if (paragraph.length > 0) (items?.lastElementChild ?? nodes[nodes.push(h("p", null)) - 1] as Element).append(...inline(paragraph.join(" ")));
    paragraph = [];
  };
  for (const line of text.split(/\r?\n/)) {
    if (line.startsWith("#") || line.trim() === "") {
      end();
      items = null;
      const heading = /^##+ (.*)$/.exec(line)?.[1];
      if (heading) nodes.push(h("h3", null, ...inline(heading)));
    } else if (/^[-*] /.test(line)) {
      end();
      if (!items) nodes.push((items = h("ul", null)));
      items.append(h("li", null));
      paragraph.push(line.slice(2));
    } else paragraph.push(line.trim());
  }
  end();
  return nodes;
}

function inline(text: string): (Node | string)[] {
  const parts = text.split(/(`[^`]+`|\*\*[^*]+\*\*|\[[^\]]+\]\([^)]+\))/);
  return parts.map((part) => (part.startsWith("`") ? h("code", null, part.slice(1, -1)) : part.startsWith("**") ? h("b", null, part.slice(2, -2)) : part.startsWith("[") ? h("code", null, part.slice(1, part.indexOf("]"))) : part));
}
