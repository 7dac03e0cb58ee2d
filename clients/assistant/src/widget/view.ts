import type { Escalation, Message, State } from "../types";
import { STEPS } from "./words";

type Child = Node | string | null | false | undefined;
type Properties = Record<string, string | boolean | ((event: Event) => void)>;

/** Makes an element; words are only ever text, never markup. */
export function h<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  properties: Properties = {},
  ...children: Child[]
): HTMLElementTagNameMap[Tag] {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (typeof value === "function") node.addEventListener(name, value);
    else if (value === true) node.setAttribute(name, "");
    else if (value !== false) node.setAttribute(name, value);
  }
  for (const child of children) if (child) node.append(child);
  return node;
}

/** One line of the conversation. */
export function messageView(message: Message): HTMLLIElement {
  const { role, author, text, citations = [], sending, refused } = message;
  const classes = sending ? `${role} sending` : role;
  return h(
    "li",
    { class: classes },
    author !== undefined && h("div", { class: "by" }, author),
    h("p", { dir: "auto" }, text),
    refused && h("div", { class: "by" }, "Not sent"),
    ...citations
      .filter((each) => isWebAddress(each.url))
      .map(({ url, title }) =>
        h(
          "a",
          { href: url ?? "", target: "_blank", rel: "noopener noreferrer" },
          title || "Read more",
        ),
      ),
  );
}

/** Where the request stands, with every step so far. */
export function escalationView(escalation: Escalation): HTMLElement {
  const steps = [...new Set(escalation.history.map((each) => each.status))];
  return h(
    "div",
    { class: "line" },
    h("strong", {}, escalation.number),
    h("ol", {}, ...steps.map((each) => h("li", {}, STEPS[each] ?? each))),
  );
}

/** What went wrong, in one sentence; null where nothing did. */
export function troubleOf({
  error,
  tokenError,
  isConnected,
  isReady,
}: State): string | null {
  if (tokenError) return "This chat cannot be opened right now.";
  if (error) return error.message;
  if (isReady && !isConnected) return "Connecting … What you write is kept and sent.";
  return null;
}

function isWebAddress(url: string | null | undefined): boolean {
  return /^https?:\/\//i.test(url ?? "");
}
