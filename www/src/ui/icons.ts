// Drawn by hand, in the colour of the text around them. Form tells the severity as well as colour does.
const NS = "http://www.w3.org/2000/svg";

export function svg<K extends keyof SVGElementTagNameMap>(tag: K, attributes: Record<string, string | number>, ...children: (Node | string)[]): SVGElementTagNameMap[K] {
  const element = document.createElementNS(NS, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  element.append(...children);
  return element;
}

const SHAPES = {
  error: "M5 1h6l4 4v6l-4 4H5l-4-4V5zM5.5 5.5l5 5M10.5 5.5l-5 5",
  warning: "M8 1.5 15 14.5H1zM8 6v4M8 12v.5",
  info: "M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1zM8 7.2v4.3M8 4.5V5",
  hint: "M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1zM5.5 8h5",
  ok: "M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1zM4.8 8.2l2.2 2.2 4.2-4.6",
  none: "M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1zM4 8h8",
  file: "M3.5 1.5h6l3 3v10h-9zM9.5 1.5v3h3",
  close: "M4 4l8 8M12 4l-8 8",
  down: "M4 6l4 4 4-4",
  equal: "M3 6h10M3 10h10",
  shared: "M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1zM5 6.4h6M5 9.6h6",
} as const;

export type Shape = keyof typeof SHAPES;

export function glyph(shape: Shape): SVGSVGElement {
  return svg("svg", { class: "glyph", viewBox: "0 0 16 16", width: 16, height: 16, "aria-hidden": "true" }, svg("path", { d: SHAPES[shape] }));
}
