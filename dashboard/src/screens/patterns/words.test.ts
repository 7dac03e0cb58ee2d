import { describe, expect, it } from "vitest";
import { proposalOf } from "./proposals";
import { textOf } from "./remedy";
import { growthOf, minutesOf } from "./words";

describe("growth", () => {
  it.each([
    [0.4, "+40 %"],
    [-0.25, "−25 %"],
    [0.001, "as before"],
  ])("of %s is said as %s", (growth, said) => {
    expect(growthOf(growth)).toBe(said);
  });
});

describe("people's time", () => {
  it.each([
    [null, "no data yet"],
    [12.4, "12 min"],
    [150, "2.5 h"],
    [6000, "100 h"],
  ])("of %s minutes is said as %s", (minutes, said) => {
    expect(minutesOf(minutes)).toBe(said);
  });
});

describe("a proposal", () => {
  it("waits unless people have decided", () => {
    expect(proposalOf({ with: "p-2", because: "both say refund" })?.with).toBe("p-2");
    expect(proposalOf({ with: "p-2", status: "refused" })).toBeNull();
    expect(proposalOf({})).toBeNull();
  });
});

describe("an outline", () => {
  it("is text, whether it came whole or as lines", () => {
    expect(textOf(["# Limits", "How big?"])).toBe("# Limits\nHow big?");
    expect(textOf("# Limits")).toBe("# Limits");
    expect(textOf(undefined)).toBeNull();
  });
});
