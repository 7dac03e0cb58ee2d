import type {
  Approval,
  Citation,
  Escalation,
  EscalationStatus,
  Message,
  State,
} from "./types";

/** A reply as it stands on the wire; one of a newer version may have any type. */
export type Reply = {
  reply_id: string;
  type: string;
  occurred_at: string;
  text?: string;
  in_reply_to?: string;
  citations?: Citation[];
  call_id?: string;
  action?: string;
  arguments?: Record<string, unknown>;
  approval_required?: boolean;
  escalation_id?: string;
  number?: string;
  status?: string;
  expected_by?: string | null;
  contact_needed?: boolean;
  contact_text?: string | null;
  author?: { name: string };
};

export const EMPTY: State = {
  messages: [],
  status: "ready",
  error: null,
  escalation: null,
  approvals: [],
  isReady: false,
  tokenError: null,
  isConnected: false,
};

/** Statuses of a receipt that say where the request stands; others are only told. */
const STANDS = new Set<string>([
  "saved",
  "delivered",
  "acknowledged",
  "answered",
  "resolved",
  "delayed",
  "withdrawn",
  "expired",
]);

/** Returns the state with a message of the user's own, as the newest. */
export function withOwnMessage(
  state: State,
  id: string,
  text: string,
  at: string,
): State {
  if (state.messages.some((each) => each.id === id)) return state;
  const own: Message = { ...messageOf(id, "user", text, at), sending: true };
  return {
    ...state,
    messages: [...state.messages, own],
    status: "submitted",
    error: null,
  };
}

/** Returns the state once the server has the message. */
export function withDelivered(state: State, id: string): State {
  return {
    ...state,
    messages: state.messages.map((each) => {
      if (each.id !== id || !each.sending) return each;
      const { sending: _, ...sent } = each;
      return sent;
    }),
  };
}

/** Returns the state once the server has refused the message for good. */
export function withRefused(state: State, id: string): State {
  const sent = withDelivered(state, id);
  return {
    ...sent,
    messages: sent.messages.map((each) =>
      each.id === id ? { ...each, refused: true } : each,
    ),
  };
}

/** Returns the state after *reply*; the same one twice changes nothing. */
export function withReply(state: State, reply: Reply): State {
  if (state.messages.some((each) => each.id === reply.reply_id)) return state;
  const waiting = { ...state, status: "ready" as const };
  if (reply.type === "action_call") return withCall(waiting, reply);
  const told = reply.text ? withTold(waiting, reply) : waiting;
  if (reply.type === "handoff") return { ...told, escalation: handedOff(state, reply) };
  if (reply.type === "receipt") return { ...told, escalation: received(state, reply) };
  return told;
}

function withTold(state: State, reply: Reply): State {
  const role = reply.type === "teammate_reply" ? "teammate" : "assistant";
  const message: Message = {
    ...messageOf(reply.reply_id, role, reply.text ?? "", reply.occurred_at),
    ...(reply.author && { author: reply.author.name }),
    ...(reply.citations?.length && { citations: reply.citations }),
  };
  return { ...state, messages: [...state.messages, message] };
}

function withCall(state: State, reply: Reply): State {
  const callId = reply.call_id ?? reply.reply_id;
  if (!reply.approval_required) return { ...state, status: "streaming" };
  if (state.approvals.some((each) => each.callId === callId)) return state;
  const approval: Approval = {
    callId,
    name: reply.action ?? "",
    options: reply.arguments ?? {},
  };
  return { ...state, approvals: [...state.approvals, approval] };
}

/** Returns the state without an approval that was given or refused. */
export function withoutApproval(state: State, callId: string): State {
  return {
    ...state,
    approvals: state.approvals.filter((each) => each.callId !== callId),
  };
}

function handedOff(state: State, reply: Reply): Escalation {
  const status = (reply.status ?? "saved") as EscalationStatus;
  const known = state.escalation;
  const isNew = known?.id !== reply.escalation_id;
  const escalation: Escalation = {
    id: reply.escalation_id ?? "",
    number: reply.number ?? "",
    status,
    expectedBy: reply.expected_by ?? null,
    history: [],
    contactNeeded: reply.contact_needed ?? false,
    contactText: reply.contact_text ?? null,
  };
  return stepped(
    isNew || !known ? escalation : { ...known, ...escalation, history: known.history },
    status,
    reply.occurred_at,
  );
}

function received(state: State, reply: Reply): Escalation | null {
  const known = state.escalation;
  if (known && known.id !== reply.escalation_id) return known;
  const base: Escalation = known ?? {
    id: reply.escalation_id ?? "",
    number: reply.number ?? "",
    status: "saved",
    expectedBy: null,
    history: [],
    contactNeeded: false,
    contactText: null,
  };
  const told: Escalation = {
    ...base,
    ...(reply.expected_by !== undefined && { expectedBy: reply.expected_by }),
    ...(reply.status === "contact_added" && { contactNeeded: false }),
  };
  if (!reply.status || !STANDS.has(reply.status)) return told;
  return stepped(told, reply.status as EscalationStatus, reply.occurred_at);
}

function stepped(
  escalation: Escalation,
  status: EscalationStatus,
  at: string,
): Escalation {
  if (escalation.history.some((each) => each.status === status && each.at === at)) {
    return escalation;
  }
  return { ...escalation, status, history: [...escalation.history, { status, at }] };
}

function messageOf(
  id: string,
  role: Message["role"],
  text: string,
  createdAt: string,
): Message {
  return { id, role, text, parts: [{ type: "text", text }], createdAt };
}
