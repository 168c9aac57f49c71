/** Names of files, and of parts of them: an environment may take one service of a Compose file. */

/** `compose.yaml#web` is the part `web` of the file. A .env file has no parts. */
export function partOf(name: string): { readonly file: string; readonly part: string } | undefined {
  const [, file, part] = /^(.+)#([^#]+)$/s.exec(name) ?? [];
  return file !== undefined && part !== undefined && isCarrier(file) ? { file, part } : undefined;
}

/** Whether a file carries variables in another way than a .env file, by its name, as src/carrier/mod.rs decides it. */
export function isCarrier(name: string): boolean {
  return /\.json$/i.test(name) || isOtherCarrier(name);
}

/** The same, but only for files that can't be anything else: JSON can. */
export function isOtherCarrier(name: string): boolean {
  return /\.(ya?ml|service|socket|mount|swap)$|\.service\.d\/[^/]*\.conf$/i.test(name);
}
