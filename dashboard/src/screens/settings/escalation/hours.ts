export const DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
export type Day = (typeof DAYS)[number];
export type Interval = [string, string];
export type Week = Partial<Record<Day, Interval[]>>;

const TIME = /^([01]?\d|2[0-4])(?::?([0-5]\d))?$/;

/**
 * Returns the intervals that were typed, `9-12:30, 13:30-18`; none is a closed day.
 * Throws RangeError with what is wrong.
 */
export function intervalsIn(typed: string): Interval[] {
  const parts = typed
    .split(/[,;]/)
    .map((each) => each.trim())
    .filter(Boolean);
  const found = parts.map((part): Interval => {
    const [from = "", to = "", ...more] = part.split(/\s*[-–—]\s*/);
    if (!to || more.length > 0) throw new RangeError(`“${part}” is not from – to`);
    const interval: Interval = [timeIn(from), timeIn(to)];
    if (interval[0] >= interval[1]) {
      throw new RangeError(`“${part}” ends before it begins`);
    }
    return interval;
  });
  found.sort(([a], [b]) => a.localeCompare(b));
  for (const [at, [from]] of found.entries()) {
    const before = found[at - 1];
    if (before && before[1] > from) throw new RangeError("Two times overlap");
  }
  return found;
}

/** Returns intervals as they are typed. */
export function typedOf(intervals: Interval[] | undefined): string {
  return (intervals ?? []).map(([from, to]) => `${from}–${to}`).join(", ");
}

function timeIn(typed: string): string {
  const found = TIME.exec(typed.trim());
  if (!found) throw new RangeError(`“${typed}” is no time of day`);
  const time = `${found[1]?.padStart(2, "0")}:${found[2] ?? "00"}`;
  if (time > "24:00") throw new RangeError(`“${typed}” is no time of day`);
  return time;
}
