import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Assistant } from "./core";

type Sent = { event_id: string; type: string } & Record<string, unknown>;

/** A server that takes events, may be away, and says what it is told to say. */
class FakeServer {
  sent: Sent[] = [];
  streams: { headers: Headers; say: (reply: object) => void; cut: () => void }[] = [];
  isAway = false;
  refuses = 0;

  fetch = async (url: string | URL | Request, init: RequestInit = {}) => {
    if (this.isAway) throw new TypeError("network");
    const path = String(url);
    if (path.endsWith("/token")) {
      const expiresAt = new Date(Date.now() + 600_000).toISOString();
      return Response.json({ token: "t", expiresAt });
    }
    if (path.endsWith("/v1/events")) {
      if (this.refuses)
        return Response.json({ detail: "no" }, { status: this.refuses });
      this.sent.push(JSON.parse(String(init.body)));
      return Response.json({}, { status: 202 });
    }
    return this.stream(init);
  };

  stream(init: RequestInit) {
    const encoder = new TextEncoder();
    const body = new ReadableStream<Uint8Array>({
      start: (out) => {
        this.streams.push({
          headers: new Headers(init.headers),
          say: (reply) => {
            const { reply_id } = reply as { reply_id: string };
            const data = JSON.stringify(reply);
            out.enqueue(encoder.encode(`id: ${reply_id}\ndata: ${data}\n\n`));
          },
          cut: () => out.error(new TypeError("cut")),
        });
      },
    });
    return new Response(body, { headers: { "Content-Type": "text/event-stream" } });
  }
}

const answer = (id: string, text: string) => ({
  reply_id: id,
  type: "answer",
  occurred_at: "2026-11-30T10:00:00Z",
  text,
});

describe("an assistant", () => {
  let server: FakeServer;
  let stops: (() => void)[];
  const started = (options = {}) => {
    const assistant = new Assistant({ tokenEndpoint: "/token", ...options });
    stops.push(assistant.start());
    return assistant;
  };
  beforeEach(() => {
    localStorage.clear();
    server = new FakeServer();
    stops = [];
    vi.stubGlobal("fetch", server.fetch);
  });
  afterEach(() => {
    for (const stop of stops) stop();
    vi.unstubAllGlobals();
  });

  it("sends what is said with the state of the app, and shows what is answered", async () => {
    const assistant = started({
      getContext: () => ({ route: "/files" }),
      escalationMessage: "A ticket was made.",
      availableActions: [{ name: "refund", description: "Refund an order" }],
    });

    await assistant.sendMessage({ text: "Uploads fail" });
    await vi.waitFor(() => expect(server.streams).toHaveLength(1));
    server.streams[0]?.say(answer("r-1", "Files may have 10 MB."));

    await vi.waitFor(() =>
      expect(assistant.getState().messages.map((each) => each.text)).toEqual([
        "Uploads fail",
        "Files may have 10 MB.",
      ]),
    );
    expect(server.sent[0]).toMatchObject({
      type: "message",
      message: { role: "user", text: "Uploads fail" },
      app_state: { route: "/files" },
      assistant: {
        escalation_message: "A ticket was made.",
        available_actions: [{ name: "refund", description: "Refund an order" }],
      },
    });
  });

  it("keeps what is said without a connection, and sends it once", async () => {
    server.isAway = true;
    const assistant = started();
    await assistant.sendMessage("Hello?");
    expect(assistant.getState().status).toBe("error");

    server.isAway = false;
    globalThis.dispatchEvent(new Event("online"));
    globalThis.dispatchEvent(new Event("online"));

    await vi.waitFor(() => expect(server.sent).toHaveLength(1));
    await vi.waitFor(() =>
      expect(assistant.getState().messages[0]).not.toHaveProperty("sending"),
    );
    expect(server.sent.map((each) => each.event_id)).toHaveLength(1);
  });

  it("resumes behind the last reply after a cut, and doubles none", async () => {
    const assistant = started();
    await vi.waitFor(() => expect(server.streams).toHaveLength(1));
    server.streams[0]?.say(answer("r-1", "One"));
    await vi.waitFor(() => expect(assistant.getState().messages).toHaveLength(1));

    server.streams[0]?.cut();
    await vi.waitFor(() => expect(server.streams).toHaveLength(2), { timeout: 3000 });
    server.streams[1]?.say(answer("r-1", "One"));
    server.streams[1]?.say(answer("r-2", "Two"));

    await vi.waitFor(() => expect(assistant.getState().messages).toHaveLength(2));
    expect(server.streams[1]?.headers.get("Last-Event-ID")).toBe("r-1");
  });

  it("goes on after a reload with what was said and what still waits", async () => {
    server.isAway = true;
    await started().sendMessage("Still there?");
    for (const stop of stops) stop();
    server.isAway = false;

    const again = started();

    expect(again.getState().messages.map((each) => each.text)).toEqual([
      "Still there?",
    ]);
    await vi.waitFor(() => expect(server.sent).toHaveLength(1));
  });

  it("gives up an event that is refused for good, and sends the next", async () => {
    const assistant = started();
    server.refuses = 422;
    await assistant.sendMessage("Too odd");
    server.refuses = 0;
    await assistant.sendMessage("Plain");

    expect(server.sent.map((each) => each.message)).toEqual([
      { role: "user", text: "Plain" },
    ]);
    const [odd, plain] = assistant.getState().messages;
    expect(odd).toMatchObject({ refused: true });
    expect(odd).not.toHaveProperty("sending");
    expect(plain).not.toHaveProperty("refused");
  });

  it("runs an action that needs no approval once, and reports what came of it", async () => {
    const ran = vi.fn(() => ({ done: true }));
    started({ onAction: ran });
    await vi.waitFor(() => expect(server.streams).toHaveLength(1));
    const call = {
      ...answer("r-1", ""),
      type: "action_call",
      call_id: "c-1",
      action: "refund",
      arguments: { amount: 5 },
    };
    server.streams[0]?.say(call);
    server.streams[0]?.say(call);

    await vi.waitFor(() => expect(server.sent).toHaveLength(1));
    expect(ran).toHaveBeenCalledExactlyOnceWith({
      callId: "c-1",
      name: "refund",
      options: { amount: 5 },
    });
    expect(server.sent[0]).toMatchObject({
      event_id: "action_result-c-1",
      status: "succeeded",
      output: { done: true },
    });
  });

  it.each([
    ["the older shape", (a: Assistant) => a.addToolApprovalResponse("c-1", false)],
    [
      "the newer shape",
      (a: Assistant) => a.addToolApprovalResponse({ id: "c-1", approved: false }),
    ],
  ])("refuses an action by %s of the answer, and runs nothing", async (_, refuse) => {
    const ran = vi.fn();
    const assistant = started({ onAction: ran });
    await vi.waitFor(() => expect(server.streams).toHaveLength(1));
    server.streams[0]?.say({
      ...answer("r-1", ""),
      type: "action_call",
      call_id: "c-1",
      action: "refund",
      approval_required: true,
    });
    await vi.waitFor(() => expect(assistant.getState().approvals).toHaveLength(1));

    await refuse(assistant);

    expect(ran).not.toHaveBeenCalled();
    expect(server.sent[0]).toMatchObject({ type: "action_result", status: "denied" });
    expect(assistant.getState().approvals).toEqual([]);
  });
});
