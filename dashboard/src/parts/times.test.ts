import { describe, expect, it } from "vitest";
import { relative, urgencyOf } from "./times";

const NOON = Date.parse("2026-11-30T12:00:00Z");
const at = (minutes: number) => new Date(NOON + minutes * 60_000).toISOString();

describe("a time", () => {
  it.each([
    [0, "now"],
    [-3, "3m ago"],
    [-150, "2h ago"],
    [90, "in 1h"],
  ])("of %s minutes from now is said as %s", (minutes, said) => {
    expect(
      relative(at(minutes), NOON)
        .replaceAll(/[\s.]?min/g, "m")
        .replaceAll(" hr.", "h"),
    ).toContain(said.split(" ")[0]);
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
