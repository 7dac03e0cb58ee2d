import { describe, expect, it } from "vitest";
import { IdempotencyKeys } from "./keys";

describe("the key of a doing", () => {
  it("is the same for every try, and another once it has succeeded", () => {
    const keys = new IdempotencyKeys();
    const first = keys.for("reply hello");

    expect(keys.for("reply hello")).toBe(first);
    expect(keys.for("reply bye")).not.toBe(first);

    keys.settle("reply hello");
    expect(keys.for("reply hello")).not.toBe(first);
  });
});
