/**
 * Answers a page's request for a token, on your server: `POST {endUserId?, …}` →
 * `{token, expiresAt}`. A Web-standard handler, so Next.js, Remix, Hono and others mount
 * it as it is.
 */

export type TokenHandlerOptions = {
  /** A key of the app with the scope `ingest`; `HANDRAIL_KEY` where it is left out. */
  apiKey?: string;
  /** Where Handrail is; `HANDRAIL_URL` where it is left out. */
  apiUrl?: string;
  /** Who is signed in, by your own session: it counts before what the page says. */
  getEndUserId?: (request: Request) => string | null | Promise<string | null>;
};

type Environment = { process?: { env?: Record<string, string | undefined> } };

/** Returns the handler. It never tells a page what the key is. */
export function createAssistantTokenHandler(options: TokenHandlerOptions = {}) {
  return async (request: Request): Promise<Response> => {
    const { env = {} } = (globalThis as Environment).process ?? {};
    const key = options.apiKey ?? env.HANDRAIL_KEY;
    const url = options.apiUrl ?? env.HANDRAIL_URL;
    if (!key || !url) return refused(500, "HANDRAIL_KEY and HANDRAIL_URL are not set");
    const body: unknown = await request.json().catch(() => null);
    if (typeof body !== "object" || body === null)
      return refused(400, "Send an object");
    const own = await options.getEndUserId?.(request);
    const answer = await fetch(`${url}/resolver/v1/tokens`, {
      method: "POST",
      headers: { Authorization: `Bearer ${key}`, "Content-Type": "application/json" },
      body: JSON.stringify({ ...body, ...(own && { endUserId: own }) }),
    }).catch(() => null);
    if (!answer) return refused(502, "Handrail cannot be reached");
    if (answer.status === 401 || answer.status === 403) {
      // Our own key is meant, not the page's user.
      return refused(500, "The key is not accepted");
    }
    return new Response(answer.body, {
      status: answer.status,
      headers: { "Content-Type": "application/json", "Cache-Control": "no-store" },
    });
  };
}

function refused(status: number, error: string): Response {
  return Response.json({ error }, { status, headers: { "Cache-Control": "no-store" } });
}
