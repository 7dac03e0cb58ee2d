import { describe, expect, it } from "vitest";
import { eventOf, eventsOf } from "./events";

function bodyOf(...pieces: string[]): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream({
    start(out) {
      for (const piece of pieces) out.enqueue(encoder.encode(piece));
      out.close();
    },
  });
}

async function all(body: ReadableStream<Uint8Array>) {
  const found = [];
  for await (const event of eventsOf(body)) found.push(event);
  return found;
}

describe("server-sent events", () => {
  it("come whole however the bytes are cut", async () => {
    const found = await all(bodyOf("id: 1\nevent: ans", 'wer\ndata: {"a"', ":1}\n\n"));

    expect(found).toEqual([{ id: "1", event: "answer", data: '{"a":1}' }]);
  });

  it("keep characters that are cut in the middle", async () => {
    const bytes = new TextEncoder().encode("data: é\n\n");
    const body = new ReadableStream<Uint8Array>({
      start(out) {
        for (const byte of bytes) out.enqueue(Uint8Array.of(byte));
        out.close();
      },
    });

    expect((await all(body)).map((each) => each.data)).toEqual(["é"]);
  });

  it("without data are heartbeats and carry nothing", () => {
    expect(eventOf(": ping")).toBeNull();
    expect(eventOf("id: 7")).toBeNull();
    expect(eventOf("data: a\ndata: b")?.data).toBe("a\nb");
  });
});
