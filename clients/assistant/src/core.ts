import { offered, run } from "./actions";
import { eventsOf } from "./events";
import { Memory, type Waiting } from "./memory";
import {
  EMPTY,
  type Reply,
  withDelivered,
  withOwnMessage,
  withoutApproval,
  withRefused,
  withReply,
} from "./replies";
import { TokenError, Tokens } from "./tokens";
import type { Approval, CalledAction, Options, State } from "./types";

export type * from "./types";

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 15_000;
/** A stream that says nothing for longer than this is dead; it beats every 15 s. */
const SILENCE_MS = 45_000;

/** One conversation with the assistant, and with the people behind it. */
export class Assistant {
  readonly conversationId: string;
  options: Options;
  #state: State;
  #lastReplyId: string;
  #outbox: Waiting[];
  #flushing: Promise<void> | null = null;
  /** Ends the wait before the replies are read again. */
  #nudge: () => void = () => {};
  readonly #memory: Memory;
  readonly #tokens: Tokens;
  readonly #listeners = new Set<() => void>();
  readonly #channel: BroadcastChannel | null;

  constructor(options: Options) {
    this.options = options;
    this.#memory = new Memory(options.conversationId, options.endUserId ?? "");
    this.conversationId = this.#memory.conversationId;
    this.#tokens = new Tokens(options);
    const { messages, escalation, approvals, lastReplyId, outbox } =
      this.#memory.read();
    this.#state = { ...EMPTY, messages, escalation, approvals };
    this.#lastReplyId = lastReplyId;
    this.#outbox = outbox;
    this.#channel = channelOf(this.conversationId);
  }

  /** Returns what there is to show; another object whenever it changes. */
  getState = (): State => this.#state;

  /** Calls *listener* after each change; returns what ends that. */
  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Follows the replies until the returned function is called. */
  start(): () => void {
    const following = new AbortController();
    const wake = () => void this.#flush();
    globalThis.addEventListener?.("online", wake);
    if (this.#channel) this.#channel.onmessage = ({ data }) => this.#hear(data);
    void this.#follow(following.signal);
    return () => {
      following.abort();
      globalThis.removeEventListener?.("online", wake);
      if (this.#channel) this.#channel.onmessage = null;
    };
  }

  /** Says something; where nothing is connected it waits and is sent once. */
  async sendMessage(message: string | { text: string }): Promise<void> {
    const text = typeof message === "string" ? message : message.text;
    if (!text.trim()) return;
    const id = crypto.randomUUID();
    const at = new Date().toISOString();
    this.#show(withOwnMessage(this.#state, id, text, at));
    this.#channel?.postMessage({ own: { id, text, at } });
    const { escalationMessage } = this.options;
    await this.#send({
      event_id: id,
      type: "message",
      occurred_at: at,
      message: { role: "user", text },
      session: sessionOf(),
      assistant: {
        available_actions: offered(this.options),
        ...(escalationMessage && { escalation_message: escalationMessage }),
      },
      ...(await this.#context()),
    });
  }

  /** Asks for a person, before or after anything was said. */
  async requestPerson(text?: string): Promise<void> {
    await this.#send({
      ...eventOf("handoff_requested"),
      ...(text && { text }),
      session: sessionOf(),
      ...(await this.#context()),
    });
  }

  /** Takes back what waits with people. */
  async withdraw(text?: string): Promise<void> {
    await this.#send({ ...eventOf("withdrawn"), ...(text && { text }) });
  }

  /** Says how to reach a user who has no address. */
  async provideContact(email: string, name?: string): Promise<void> {
    await this.#send({ ...eventOf("contact"), email, ...(name && { name }) });
  }

  /** Rates a reply. */
  async rate(replyId: string, rating: "helpful" | "unhelpful"): Promise<void> {
    await this.#send({ ...eventOf("feedback"), reply_id: replyId, rating });
  }

  /** Allows or refuses an action; both published shapes of the call are taken. */
  async addToolApprovalResponse(
    call: string | { id: string; approved: boolean },
    approved?: boolean,
  ): Promise<void> {
    const id = typeof call === "string" ? call : call.id;
    const yes = typeof call === "string" ? approved === true : call.approved;
    const waiting = this.#state.approvals.find((each) => each.callId === id);
    if (!waiting) return;
    this.#show(withoutApproval(this.#state, id));
    if (yes) await this.#run(waiting);
    else
      await this.#send({
        ...eventOf("action_result", id),
        call_id: id,
        status: "denied",
      });
  }

  /** Asks for another token. */
  async refreshToken(): Promise<void> {
    this.#tokens.drop();
    await this.#token();
  }

  async #context(): Promise<{ app_state?: object }> {
    if (!this.options.getContext) return {};
    try {
      return { app_state: await this.options.getContext() };
    } catch (error) {
      // What the app's own code does wrong never costs the user's words.
      this.options.onError?.(asError(error));
      return {};
    }
  }

  async #send(event: Waiting): Promise<void> {
    this.#outbox.push(event);
    this.#keep();
    await this.#flush();
  }

  /** Sends what waits, in order. An id is one event, however often it is sent. */
  #flush(): Promise<void> {
    if (this.#outbox.length === 0) return Promise.resolve();
    this.#flushing ??= this.#sendWaiting();
    return this.#flushing;
  }

  async #sendWaiting(): Promise<void> {
    try {
      for (;;) {
        const event = this.#outbox[0];
        if (!event) return;
        await this.#post(event);
        this.#outbox.shift();
        this.#show(withDelivered(this.#state, event.event_id));
        this.#nudge();
      }
    } catch (error) {
      this.#fail(asError(error));
    } finally {
      // In the same step as the last look at the outbox: what comes next is sent.
      this.#flushing = null;
    }
  }

  async #post(event: Waiting): Promise<void> {
    const response = await this.#ask("/resolver/v1/events", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ ...event, conversation_id: this.conversationId }),
    });
    if (response.ok) return;
    if (response.status >= 400 && response.status < 500 && response.status !== 429) {
      // It will never be taken: it must not hold up what comes behind it.
      this.#outbox.shift();
      this.#show(withRefused(this.#state, event.event_id));
    }
    const problem = (await response.json().catch(() => ({}))) as { detail?: string };
    throw new Error(problem.detail || `The server answered ${response.status}`);
  }

  async #ask(path: string, init: RequestInit): Promise<Response> {
    for (let tries = 0; ; tries++) {
      const token = await this.#token();
      const response = await fetch(`${this.options.apiUrl ?? ""}${path}`, {
        ...init,
        headers: { ...init.headers, Authorization: `Bearer ${token}` },
      });
      if (response.status !== 401 || tries > 0) return response;
      this.#tokens.drop();
    }
  }

  async #token(): Promise<string> {
    try {
      const token = await this.#tokens.get();
      if (!this.#state.isReady || this.#state.tokenError) {
        this.#show({ ...this.#state, isReady: true, tokenError: null });
      }
      return token;
    } catch (error) {
      if (error instanceof TokenError) {
        this.#show({ ...this.#state, isReady: false, tokenError: error });
      }
      throw error;
    }
  }

  /** Reads replies for good; a connection that ends is made again, behind the last one. */
  async #follow(signal: AbortSignal): Promise<void> {
    let wait = FIRST_WAIT_MS;
    while (!signal.aborted) {
      try {
        await this.#read(signal, () => {
          wait = FIRST_WAIT_MS;
        });
      } catch (error) {
        if (signal.aborted) return;
        if (error instanceof TokenError) this.options.onError?.(error);
      }
      if (this.#state.isConnected) this.#show({ ...this.#state, isConnected: false });
      await this.#pause(wait * (0.5 + Math.random()), signal);
      wait = Math.min(wait * 2, LONGEST_WAIT_MS);
    }
  }

  async #read(signal: AbortSignal, onAlive: () => void): Promise<void> {
    const silence = watchdog(SILENCE_MS);
    const path = `/resolver/v1/conversations/${encodeURIComponent(this.conversationId)}/replies`;
    const response = await this.#ask(path, {
      headers: {
        Accept: "text/event-stream",
        ...(this.#lastReplyId && { "Last-Event-ID": this.#lastReplyId }),
      },
      signal: AbortSignal.any([signal, silence.signal]),
    });
    if (!response.ok || !response.body) {
      silence.end();
      // 404: nothing was said yet, so the conversation is nobody's so far.
      if (this.#outbox.length > 0) void this.#flush();
      return;
    }
    this.#show({ ...this.#state, isConnected: true });
    void this.#flush();
    try {
      for await (const event of eventsOf(watched(response.body, silence))) {
        onAlive();
        this.#apply(JSON.parse(event.data) as Reply, event.id);
      }
    } finally {
      silence.end();
    }
  }

  /** Waits, unless something is sent meanwhile: then there is something to read. */
  #pause(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const end = () => {
        clearTimeout(timer);
        resolve();
      };
      const timer = setTimeout(end, ms);
      signal.addEventListener("abort", end, { once: true });
      this.#nudge = end;
    });
  }

  #apply(reply: Reply, id: string): void {
    const before = this.#state;
    this.#lastReplyId = id || reply.reply_id;
    this.#show(withReply(before, reply));
    if (reply.type === "action_call" && !reply.approval_required) {
      void this.#run({
        callId: reply.call_id ?? reply.reply_id,
        name: reply.action ?? "",
        options: reply.arguments ?? {},
      });
    }
  }

  /** Runs an action in one tab only, and sends what came of it. */
  async #run(call: Approval): Promise<void> {
    await alone(`handrail.call.${call.callId}`, async () => {
      const place = `handrail.ran.${call.callId}`;
      if (globalThis.localStorage?.getItem(place)) return;
      globalThis.localStorage?.setItem(place, "1");
      const outcome = await run(this.options, call as CalledAction);
      await this.#send({
        ...eventOf("action_result", call.callId),
        call_id: call.callId,
        ...outcome,
      });
    });
  }

  /** Hears what the user said in another tab. */
  #hear(data: unknown): void {
    const own = (data as { own?: { id: string; text: string; at: string } }).own;
    if (!own) return;
    const shown = withOwnMessage(this.#state, own.id, own.text, own.at);
    this.#show(withDelivered(shown, own.id));
  }

  #fail(error: Error): void {
    this.#show({ ...this.#state, status: "error", error });
    this.options.onError?.(error);
  }

  #show(state: State): void {
    if (state === this.#state) return;
    this.#state = state;
    this.#keep();
    for (const listener of this.#listeners) listener();
  }

  #keep(): void {
    const { messages, escalation, approvals } = this.#state;
    this.#memory.write({
      messages: [...messages],
      escalation,
      approvals,
      lastReplyId: this.#lastReplyId,
      outbox: this.#outbox,
    });
  }
}

function eventOf(type: string, id?: string): Waiting {
  const event_id = id ? `${type}-${id}` : crypto.randomUUID();
  return { event_id, type, occurred_at: new Date().toISOString() };
}

function sessionOf(): object {
  const { language, userAgent } = globalThis.navigator ?? {};
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  return {
    ...(globalThis.location && { url: globalThis.location.href }),
    ...(language && { locale: language }),
    ...(timeZone && { timezone: timeZone }),
    ...(userAgent && { user_agent: userAgent }),
  };
}

function channelOf(conversationId: string): BroadcastChannel | null {
  const Channel = globalThis.BroadcastChannel;
  return Channel ? new Channel(`handrail.${conversationId}`) : null;
}

async function alone(name: string, act: () => Promise<void>): Promise<void> {
  const locks = globalThis.navigator?.locks;
  if (!locks) return act();
  await locks.request(name, { ifAvailable: true }, async (lock) => {
    if (lock) await act();
  });
}

type Watchdog = { signal: AbortSignal; reset: () => void; end: () => void };

function watchdog(ms: number): Watchdog {
  const silence = new AbortController();
  let timer = setTimeout(() => silence.abort(), ms);
  return {
    signal: silence.signal,
    reset: () => {
      clearTimeout(timer);
      timer = setTimeout(() => silence.abort(), ms);
    },
    end: () => clearTimeout(timer),
  };
}

/** Passes *body* on; each piece, heartbeats too, says that it lives. */
function watched(
  body: ReadableStream<Uint8Array>,
  silence: Watchdog,
): ReadableStream<Uint8Array> {
  return body.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, out) {
        silence.reset();
        out.enqueue(chunk);
      },
    }),
  );
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
