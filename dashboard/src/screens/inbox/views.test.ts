import { describe, expect, it } from "vitest";
import { addressOf, filtersOf, questionOf } from "./views";

describe("filters", () => {
  it("live in the address and come back from it", () => {
    const filters = filtersOf("view=mine&q=invoice&reason=no_match&priority=high");

    expect(filtersOf(addressOf(filters))).toEqual(filters);
  });

  it("of a stranger's address fall back to what waits", () => {
    expect(filtersOf("view=__proto__&x=1").view).toBe("waiting");
  });

  it("ask for one's own, and for nobody's", () => {
    const mine = questionOf(filtersOf("view=mine"), "ana@acme.test");
    const nobodys = questionOf(filtersOf("view=unassigned"), "ana@acme.test");

    expect(mine.assignee).toBe("ana@acme.test");
    expect(nobodys.assignee).toBe("");
  });
});
