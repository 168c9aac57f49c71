// Navigation between the views: every mark leads to its line, and back.
import type { Diagnostic } from "./engine/protocol.ts";
import { fileNamed, type InputFile, set, state, type View } from "./model.ts";

/** The place from which somebody came to the current line. */
export let cameFrom: { view: View; focus: string | null; from: Diagnostic | null } | null = null;

/** The file of the line that is about to be shown. */
export let goingTo: InputFile | null = null;

type Place = number | Diagnostic;
let arrive: (place: Place | null) => void = () => {};

/** Set by the files view, which knows how to show a place. */
export const onArrival = (listener: typeof arrive): unknown => (arrive = listener);

/** Goes to a place; `from` is the place that was read before, if that was in the files. */
export function goTo(file: string | null, place: Place | null, from: Diagnostic | null = null): void {
  const target = fileNamed(file);
  if (!target) return;
  if (state.view !== "files" || from) cameFrom = { view: state.view, focus: (document.activeElement as HTMLElement | null)?.dataset.focus ?? null, from };
  goingTo = place === null ? null : target;
  set({ view: "files", open: target.id });
  // Wait until the view is drawn.
  queueMicrotask(() =>
    requestAnimationFrame(() => {
      goingTo = null;
      arrive(place);
    }),
  );
}

export function goBack(): void {
  if (!cameFrom) return;
  const { view, focus, from } = cameFrom;
  cameFrom = null;
  if (from) return goTo(from.file, from);
  set({ view });
  requestAnimationFrame(() => {
    const target = focus === null ? null : document.querySelector<HTMLElement>(`#view-${view} [data-focus="${CSS.escape(focus)}"]`);
    (target ?? document.getElementById(`tab-${view}`))?.focus();
  });
}
