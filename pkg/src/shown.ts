/** What acts on a terminal, what makes a line read as another, and what a service that runs jobs takes for a command, as the core has it. */
const UNTRUSTED = /[\p{Cc}\u061C\u180E\u200B-\u200F\u2028-\u202E\u2060-\u206F\uFEFF\uFFF9-\uFFFB\uFFFE\uFFFF\u{E0000}-\u{E007F}]|#(?=#[A-Za-z]*\[)/gu;

/** A message that others can print: the names in it may be anything. */
export function shown(text: string): string {
  return text.replace(UNTRUSTED, (found) => (/[\t\n\r]/.test(found) ? " " : "\uFFFD"));
}
