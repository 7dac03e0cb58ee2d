import { describe, expect, it } from "vitest";
import { EMPTY, type Reply, withDelivered, withOwnMessage, withReply } from "./replies";

const at = (second: number) => `2026-11-30T10:00:0${second}Z`;
const reply = (more: Partial<Reply> & { reply_id: string; type: string }): Reply => ({
  occurred_at: at(1),
  text: "",
  ...more,
});
const HANDOFF = reply({
  reply_id: "r-1",
  type: "handoff",
  text: "It is with our team.",
  escalation_id: "esc",
  number: "ESC-7",
  status: "saved",
  expected_by: null,
});

describe("a conversation", () => {
  it("shows what the user says at once, and that it has arrived", () => {
    const said = withOwnMessage(EMPTY, "m-1", "Uploads fail", at(0));
    const arrived = withDelivered(said, "m-1");

    expect(said.status).toBe("submitted");
    expect(said.messages[0]?.sending).toBe(true);
    expect(arrived.messages[0]).not.toHaveProperty("sending");
  });

  it("is the same after a reply that comes twice", () => {
    const once = withReply(EMPTY, HANDOFF);

    expect(withReply(once, HANDOFF)).toEqual(once);
  });

  it("shows a reply of a later version by its text", () => {
    const state = withReply(
      EMPTY,
      reply({ reply_id: "r-2", type: "survey", text: "How was it?" }),
    );

    expect(state.messages.map((each) => each.text)).toEqual(["How was it?"]);
  });
});

describe("the escalation", () => {
  const receipt = (id: string, status: string, second: number) =>
    reply({
      reply_id: id,
      type: "receipt",
      escalation_id: "esc",
      status,
      occurred_at: at(second),
      text: status,
    });

  it("goes its way in the order it was told, each step with its time", () => {
    const state = [
      HANDOFF,
      receipt("r-2", "delivered", 2),
      receipt("r-3", "acknowledged", 3),
      receipt("r-3", "acknowledged", 3),
      receipt("r-4", "resolved", 4),
    ].reduce(withReply, EMPTY);

    expect(state.escalation?.status).toBe("resolved");
    expect(state.escalation?.history).toEqual([
      { status: "saved", at: at(1) },
      { status: "delivered", at: at(2) },
      { status: "acknowledged", at: at(3) },
      { status: "resolved", at: at(4) },
    ]);
  });

  it("is not moved by news of another one, nor by what is only told", () => {
    const state = [
      HANDOFF,
      { ...receipt("r-2", "resolved", 2), escalation_id: "another" },
      receipt("r-3", "waiting", 3),
    ].reduce(withReply, EMPTY);

    expect(state.escalation?.status).toBe("saved");
    expect(state.messages).toHaveLength(3);
  });

  it("asks for an address until there is one", () => {
    const asking = withReply(EMPTY, { ...HANDOFF, contact_needed: true });
    const reached = withReply(asking, receipt("r-2", "contact_added", 2));

    expect(asking.escalation?.contactNeeded).toBe(true);
    expect(reached.escalation?.contactNeeded).toBe(false);
  });
});

describe("an action", () => {
  it("that must be approved waits for the user, once", () => {
    const call = reply({
      reply_id: "r-1",
      type: "action_call",
      call_id: "c-1",
      action: "refund",
      arguments: { amount: 5 },
      approval_required: true,
    });
    const state = withReply(withReply(EMPTY, call), call);

    expect(state.approvals).toEqual([
      { callId: "c-1", name: "refund", options: { amount: 5 } },
    ]);
  });
});
