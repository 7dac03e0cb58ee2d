/** What is said and done between a page and Handrail. */

/** An action in the older shape: `options`, run by the one `onAction`. */
export type ActionDefinition = {
  name: string;
  description: string;
  options?: Record<
    string,
    {
      type: "string" | "number" | "boolean";
      description?: string;
      required?: boolean;
    }
  >;
  approvalRequired?: boolean;
};

/** An action in the newer shape: `inputSchema`, and an `execute` of its own. */
export type Action = {
  name: string;
  description: string;
  inputSchema?: object;
  approvalRequired?: boolean;
  execute?: (options: Record<string, unknown>) => unknown;
};

/** What `onAction` is called with. */
export type CalledAction = {
  callId: string;
  name: string;
  options: Record<string, unknown>;
};

export type Citation = {
  document_id: string;
  title: string;
  url: string | null;
  passage: string;
};

export type Message = {
  id: string;
  role: "user" | "assistant" | "teammate";
  text: string;
  /** The same as `text`, in parts. */
  parts: { type: "text"; text: string }[];
  createdAt: string;
  author?: string;
  citations?: Citation[];
  /** Of the user's own: it has not reached the server yet. */
  sending?: boolean;
  /** Of the user's own: the server will never take it. */
  refused?: boolean;
};

export type EscalationStatus =
  | "saved"
  | "delivered"
  | "acknowledged"
  | "answered"
  | "resolved"
  | "delayed"
  | "withdrawn"
  | "expired";

/** The request that is with people. */
export type Escalation = {
  id: string;
  number: string;
  status: EscalationStatus;
  expectedBy: string | null;
  /** Each status with the time it was told, oldest first. */
  history: { status: EscalationStatus; at: string }[];
  /** Nobody could be reached otherwise: ask for an address. */
  contactNeeded: boolean;
  contactText: string | null;
};

/** An action that waits for the user's yes. */
export type Approval = {
  callId: string;
  name: string;
  options: Record<string, unknown>;
};

export type Status = "ready" | "submitted" | "streaming" | "error";

export type State = {
  messages: readonly Message[];
  status: Status;
  error: Error | null;
  escalation: Escalation | null;
  approvals: readonly Approval[];
  isReady: boolean;
  tokenError: Error | null;
  /** Whether the replies are being followed; what is sent meanwhile waits. */
  isConnected: boolean;
};

export type Options = {
  /** Where Handrail is; empty is the page's own origin. */
  apiUrl?: string;
  availableActions?: readonly ActionDefinition[];
  actions?: readonly Action[];
  /** The state of the app, asked for with every message. */
  getContext?: () => object | Promise<object>;
  onAction?: (action: CalledAction) => unknown;
  /** An endpoint of your own that makes tokens: the key stays on your server. */
  tokenEndpoint?: string;
  endUserId?: string;
  /** Replaces what the user reads when the request goes to people. */
  escalationMessage?: string;
  onError?: (error: Error) => void;
  /** Which conversation; kept in this browser where it is left out. */
  conversationId?: string;
};
