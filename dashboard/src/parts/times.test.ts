import { describe, expect, it } from "vitest";
import { relative, urgencyOf } from "./times";

const NOON = Date.parse("2026-11-30T12:00:00Z");
const at = (minutes: number) => new Date(NOON + minutes * 60_000).toISOString();

describe("a time", () => {
  it("is said in the largest unit that fits, before and after now", () => {
    expect(relative(at(0), NOON)).toBe("now");
    expect(relative(at(-3), NOON)).toMatch(/^3 ?m.* ago$/);
    expect(relative(at(90), NOON)).toMatch(/^in 1 ?h/);
    expect(relative(at(-3000), NOON)).toMatch(/^2 ?d.* ago$/);
  });
});

describe("a limit", () => {
  it("is near when four fifths of the wait are over, and broken at its end", () => {
    const end = at(100);

    expect(urgencyOf(at(0), end, NOON + 79 * 60_000)).toBe("calm");
    expect(urgencyOf(at(0), end, NOON + 80 * 60_000)).toBe("near");
    expect(urgencyOf(at(0), end, NOON + 100 * 60_000)).toBe("broken");
  });
});
