import { describe, expect, it } from "vitest";
import { linesOf, nameFor } from "./document";

describe("the id of a document", () => {
  it.each([
    ["Upload limits", "upload-limits"],
    ["  Prix & délais !", "prix-delais"],
    ["返金について", "返金について"],
    ["…", ""],
  ])("for %s is %s", (title, name) => {
    expect(nameFor(title)).toBe(name);
  });
});

describe("example questions", () => {
  it("are the lines that say something", () => {
    expect(linesOf(" How big? \n\n  Why? ")).toEqual(["How big?", "Why?"]);
  });
});
