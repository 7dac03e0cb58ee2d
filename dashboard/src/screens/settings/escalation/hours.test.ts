import { describe, expect, it } from "vitest";
import { intervalsIn, typedOf } from "./hours";

describe("opening hours", () => {
  it.each([
    ["9-18", [["09:00", "18:00"]]],
    [
      "13:30 – 18:00, 9–12:30",
      [
        ["09:00", "12:30"],
        ["13:30", "18:00"],
      ],
    ],
    ["0-24", [["00:00", "24:00"]]],
    ["  ", []],
  ])("typed as %s are understood", (typed, intervals) => {
    expect(intervalsIn(typed)).toEqual(intervals);
  });

  it.each([
    ["9", "from – to"],
    ["18-9", "ends before"],
    ["9-12, 11-13", "overlap"],
    ["9-25", "no time"],
    ["9-24:30", "no time"],
  ])("typed as %s are refused with what is wrong", (typed, said) => {
    expect(() => intervalsIn(typed)).toThrow(said);
  });

  it("are typed back as they were read", () => {
    expect(typedOf(intervalsIn("9-12:30, 13:30-18"))).toBe("09:00–12:30, 13:30–18:00");
  });
});
