import { useEffect, useRef } from "react";

/** Keys that work the inbox; shown by `?`. */
export const KEYS: [string, string][] = [
  ["j", "Next"],
  ["k", "Previous"],
  ["Enter", "Open"],
  ["a", "Acknowledge"],
  ["c", "Claim"],
  ["r", "Reply"],
  ["n", "Note"],
  ["s", "Snooze until tomorrow"],
  ["e", "Resolve"],
  ["/", "Search"],
  ["?", "All keys"],
];

/** Calls what belongs to a key, unless somebody is typing. */
export function useKeys(acts: Record<string, (() => void) | undefined>) {
  const latest = useRef(acts);
  latest.current = acts;
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.metaKey || event.ctrlKey || event.altKey) return;
      if (isTyping(event.target)) return;
      const act = latest.current[event.key];
      if (!act) return;
      event.preventDefault();
      act();
    };
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  }, []);
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
}
