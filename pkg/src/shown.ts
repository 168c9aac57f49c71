/** Characters that control a terminal or disguise a line, and what CI services take for a command: the same as in the core (src/report/untrusted.rs). */
const UNTRUSTED = /[\p{Cc}\u061C\u180E\u200B-\u200F\u2028-\u202E\u2060-\u206F\uFEFF\uFFF9-\uFFFB\uFFFE\uFFFF\u{E0000}-\u{E007F}]|#(?=#[A-Za-z]*\[)/gu;

/** Makes a message safe to print: the names in it may contain anything. */
export function shown(text: string): string {
  return text.replace(UNTRUSTED, (found) => (/[\t\n\r]/.test(found) ? " " : "\uFFFD"));
}
