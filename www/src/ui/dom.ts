// Makes elements. Text goes in as text, never as markup: nothing in this page turns a string into elements.

export type Child = Node | string | number | null | undefined | false | Child[];
type Listeners = { [K in keyof HTMLElementEventMap as `on${K}`]?: (event: HTMLElementEventMap[K]) => void };
type Attributes = Listeners & { [name: string]: unknown };

/** Attributes that people read or hear. */
const READ = new Set(["title", "aria-label"]);

export function h<K extends keyof HTMLElementTagNameMap>(tag: K, attributes: Attributes | null, ...children: Child[]): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value as EventListener);
    else element.setAttribute(name, value === true ? "" : READ.has(name) ? legible(String(value)) : String(value));
  }
  element.append(...flat(children));
  return element;
}

function flat(children: Child[]): (Node | string)[] {
  const nodes: (Node | string)[] = [];
  for (const child of children) {
    if (child === null || child === undefined || child === false) continue;
    if (Array.isArray(child)) nodes.push(...flat(child));
    else nodes.push(typeof child === "object" ? child : legible(String(child)));
  }
  return nodes;
}

/** Characters that do something other than being seen, as `src/report/untrusted.rs` has them: controls, those that turn the direction of what follows, those without a width. */
export const ACTING = /(?![\t\n\r])[\p{Cc}\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff\u{e0000}-\u{e007f}]/gu;

/** Without those characters: a name with one would look like another, and so might the words behind it. */
export const legible = (text: string): string => text.replace(ACTING, "\ufffd");

/** A name that may be broken behind an underscore, where there is no room for it. */
export const keyName = (key: string): HTMLElement => h("code", null, ...key.split(/(?<=_)/).flatMap((part) => [part, h("wbr", null)]));

/** A message: what stands in backquotes is code. */
export const coded = (text: string): (Node | string)[] => text.split(/`([^`]+)`/).map((part, at) => (at % 2 === 1 ? h("code", null, part) : part));

/** The element with that id; the page's own markup has it. */
export function byId<T extends HTMLElement = HTMLElement>(id: string): T {
  const element = document.getElementById(id);
  if (!element) throw new Error(`no #${id}`);
  return element as T;
}

/** Replaces the content of an element. The element that had the focus keeps it, if there is one with the same `data-focus` again. */
export function draw(into: HTMLElement, ...children: Child[]): void {
  const focused = document.activeElement;
  const mark = focused instanceof HTMLElement && into.contains(focused) ? focused.dataset.focus : undefined;
  into.replaceChildren(...flat(children));
  if (mark !== undefined) into.querySelector<HTMLElement>(`[data-focus="${CSS.escape(mark)}"]`)?.focus({ preventScroll: true });
}

/**
 * Announces a visible change to screen readers. In a live region of its own, since redrawing would have unchanged text read out again.
 */
export function announce(text: string, where: "said" | "said-here" = "said"): void {
  const place = byId(where);
  if (place.textContent !== text) place.textContent = text;
}

/** A button for the rest of a list, if there is one. */
export const showMore = (left: number, step: number, more: () => void): HTMLElement | null =>
  left > 0 ? h("button", { type: "button", class: "more", "data-left": left.toLocaleString("en"), "data-focus": "more", onclick: () => more() }, left > step ? `Show ${step} of ${left.toLocaleString("en")} more` : `Show ${left} more`) : null;

/** `1 error`, `2 errors`. */
export const plural = (count: number, one: string, many = `${one}s`): string => `${count.toLocaleString("en")} ${count === 1 ? one : many}`;

/** `a`, `a and b`, `a, b and c`. */
export const list = (words: string[]): string => (words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`);
