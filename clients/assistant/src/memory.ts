import type { Message, State } from "./types";

const PREFIX = "handrail.";
const MAX_MESSAGES = 200;

/** An event that waits until the server has it. */
export type Waiting = { event_id: string } & Record<string, unknown>;

/** What a browser keeps of one conversation, so that a reload loses nothing. */
export type Kept = {
  messages: Message[];
  escalation: State["escalation"];
  approvals: State["approvals"];
  /** The last reply that was applied: the stream resumes behind it. */
  lastReplyId: string;
  outbox: Waiting[];
};

/** Fresh lists each time: their readers add to them. */
const nothing = (): Kept => ({
  messages: [],
  escalation: null,
  approvals: [],
  lastReplyId: "",
  outbox: [],
});

/** Keeps one conversation in this browser; without a store it lasts as long as the page. */
export class Memory {
  readonly conversationId: string;
  readonly #store: Storage | null;

  constructor(conversationId: string | undefined, scope: string) {
    this.#store = storage();
    const place = `${PREFIX}conversation.${scope}`;
    const known = conversationId ?? this.#store?.getItem(place);
    this.conversationId = known || crypto.randomUUID();
    if (!conversationId) this.#write(place, this.conversationId);
  }

  read(): Kept {
    try {
      const text = this.#store?.getItem(this.#place) ?? "null";
      return { ...nothing(), ...(JSON.parse(text) as Partial<Kept> | null) };
    } catch {
      return nothing();
    }
  }

  write(kept: Kept): void {
    const messages = kept.messages.slice(-MAX_MESSAGES);
    this.#write(this.#place, JSON.stringify({ ...kept, messages }));
  }

  get #place(): string {
    return `${PREFIX}state.${this.conversationId}`;
  }

  #write(place: string, text: string): void {
    try {
      this.#store?.setItem(place, text);
    } catch {
      // Full, or forbidden: the page goes on without it.
    }
  }
}

function storage(): Storage | null {
  try {
    return globalThis.localStorage ?? null;
  } catch {
    return null;
  }
}
