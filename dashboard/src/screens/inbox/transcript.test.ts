import { describe, expect, it } from "vitest";
import type { Escalation } from "./data";
import { timesOf } from "./receipts";
import { entriesOf } from "./transcript";

const at = (minute: number) => `2026-11-30T10:0${minute}:00Z`;
const update = (
  minute: number,
  change: string,
  from: string,
  to: string,
  text = "",
) => ({
  update_id: `u-${minute}`,
  at: at(minute),
  actor: "ana@acme.test",
  change,
  from,
  to,
  text,
});
const ESCALATION = {
  opened_at: at(0),
  conversation: [{ role: "user", text: "Uploads fail", occurred_at: at(0) }],
  updates: [
    update(1, "delivered", "open", "open"),
    update(2, "status", "open", "acknowledged"),
    update(4, "status", "acknowledged", "answered", "Try again now"),
    update(3, "noted", "acknowledged", "acknowledged", "Known since Monday"),
    update(5, "message_added", "answered", "answered", "It works, thanks"),
  ],
} as unknown as Escalation;

describe("a transcript", () => {
  it("has the conversation, notes, answers and news of the user in their order", () => {
    expect(entriesOf(ESCALATION).map(({ role, text }) => [role, text])).toEqual([
      ["user", "Uploads fail"],
      ["note", "Known since Monday"],
      ["teammate", "Try again now"],
      ["user", "It works, thanks"],
    ]);
  });
});

describe("the receipts", () => {
  it("have the first time of each step, and none of what did not happen", () => {
    expect(timesOf(ESCALATION)).toEqual({
      saved: at(0),
      delivered: at(1),
      acknowledged: at(2),
      answered: at(4),
    });
  });
});
