/** Parses a stream of server-sent events (WHATWG HTML, section 9.2). */

export type ServerEvent = { id: string; event: string; data: string };

/** Yields the events of *body* as they come; comments and empty ones are left out. */
export async function* eventsOf(
  body: ReadableStream<Uint8Array>,
): AsyncGenerator<ServerEvent> {
  const decoder = new TextDecoder();
  const reader = body.getReader();
  let rest = "";
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      rest += decoder.decode(value, { stream: true });
      const blocks = rest.split(/\r\n\r\n|\n\n|\r\r/);
      rest = blocks.pop() ?? "";
      for (const block of blocks) {
        const event = eventOf(block);
        if (event) yield event;
      }
    }
  } finally {
    await reader.cancel().catch(() => {});
  }
}

/** Returns the event of one block of lines, or null where it carries nothing. */
export function eventOf(block: string): ServerEvent | null {
  const found: ServerEvent = { id: "", event: "message", data: "" };
  const data: string[] = [];
  for (const line of block.split(/\r\n|\n|\r/)) {
    const [name, value] = fieldOf(line);
    if (name === "data") data.push(value);
    else if (name === "id") found.id = value;
    else if (name === "event") found.event = value;
  }
  if (data.length === 0) return null;
  return { ...found, data: data.join("\n") };
}

function fieldOf(line: string): [string, string] {
  const at = line.indexOf(":");
  if (at < 0) return [line, ""];
  const value = line.slice(at + 1);
  return [line.slice(0, at), value.startsWith(" ") ? value.slice(1) : value];
}
