const UNITS: [Intl.RelativeTimeFormatUnit, number][] = [
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
];

const RELATIVE = new Intl.RelativeTimeFormat("en", {
  numeric: "auto",
  style: "narrow",
});
const EXACT = new Intl.DateTimeFormat(undefined, {
  dateStyle: "medium",
  timeStyle: "medium",
});

/** Returns "3m ago", "in 2h", "now". */
export function relative(at: string, now: number = Date.now()): string {
  const ms = Date.parse(at) - now;
  for (const [unit, length] of UNITS) {
    if (Math.abs(ms) >= length) return RELATIVE.format(Math.trunc(ms / length), unit);
  }
  return "now";
}

/** Returns the moment in the reader's own zone. */
export function exact(at: string): string {
  return EXACT.format(new Date(at));
}

export type Urgency = "calm" | "near" | "broken";

/** Returns how near a limit is: near once 80 % of the wait is over. */
export function urgencyOf(begin: string, end: string, now: number): Urgency {
  const from = Date.parse(begin);
  const to = Date.parse(end);
  if (now >= to) return "broken";
  return now - from >= 0.8 * (to - from) ? "near" : "calm";
}
