import { Assistant } from "../core";
import type { Options, State } from "../types";
import { STYLE } from "./style";
import { escalationView, h, messageView, troubleOf } from "./view";

/**
 * The chat as one element:
 *
 * `<handrail-assistant token-endpoint="/api/token"></handrail-assistant>`
 *
 * Attributes: `api-url`, `token-endpoint`, `end-user-id`, `escalation-message`,
 * `heading`, `open`, `inline`. What needs code (`actions`, `getContext`, `onAction`) is
 * set as the property `options` before the element is in the page.
 */
export class HandrailAssistant extends HTMLElement {
  options: Options = {};
  #assistant: Assistant | null = null;
  #stop: (() => void)[] = [];
  #shown = new Map<string, { message: State["messages"][number]; node: HTMLElement }>();
  readonly #log = h("ol", { class: "log", role: "log", "aria-live": "polite" });
  readonly #line = h("div");
  readonly #extra = h("div");
  readonly #trouble = h("div", { class: "error", role: "status" });
  readonly #input = h("input", {
    type: "text",
    "aria-label": "Message",
    placeholder: "Write a message",
    autocomplete: "off",
    dir: "auto",
  });
  readonly #panel = h("section", { class: "panel", "aria-label": "Chat" });

  connectedCallback(): void {
    const assistant = new Assistant({ ...this.#attributes(), ...this.options });
    this.#assistant = assistant;
    if (!this.shadowRoot) this.#build();
    this.#stop = [assistant.subscribe(() => this.#render()), assistant.start()];
    this.#render();
  }

  disconnectedCallback(): void {
    for (const stop of this.#stop) stop();
    this.#stop = [];
  }

  #attributes(): Options {
    const read = (name: string) => this.getAttribute(name);
    const found = {
      apiUrl: read("api-url"),
      tokenEndpoint: read("token-endpoint"),
      endUserId: read("end-user-id"),
      escalationMessage: read("escalation-message"),
    };
    return Object.fromEntries(
      Object.entries(found).filter(([, value]) => value !== null),
    );
  }

  #build(): void {
    const root = this.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLE);
    root.adoptedStyleSheets = [sheet];
    const send = h(
      "form",
      { class: "bar" },
      this.#input,
      h("button", { class: "send" }, "Send"),
    );
    send.addEventListener("submit", (event) => {
      event.preventDefault();
      const text = this.#input.value;
      this.#input.value = "";
      void this.#assistant?.sendMessage(text);
    });
    this.#panel.append(
      h(
        "header",
        {},
        h("strong", {}, this.getAttribute("heading") ?? "How can we help?"),
        h(
          "button",
          {
            class: "plain",
            type: "button",
            click: () => void this.#assistant?.requestPerson(),
          },
          "Talk to a person",
        ),
      ),
      this.#line,
      this.#log,
      this.#trouble,
      this.#extra,
      send,
    );
    const isOpen = this.hasAttribute("open") || this.hasAttribute("inline");
    this.#panel.hidden = !isOpen;
    const launcher = h(
      "button",
      {
        class: "launcher",
        type: "button",
        "aria-label": "Chat",
        "aria-expanded": String(isOpen),
        click: () => this.#toggle(launcher),
      },
      "?",
    );
    root.append(this.#panel, launcher);
  }

  #toggle(launcher: HTMLElement): void {
    this.#panel.hidden = !this.#panel.hidden;
    launcher.setAttribute("aria-expanded", String(!this.#panel.hidden));
    if (!this.#panel.hidden) this.#input.focus();
  }

  #render(): void {
    const state = this.#assistant?.getState();
    if (!state) return;
    this.#renderLog(state);
    const { escalation } = state;
    this.#line.replaceChildren(...(escalation ? [escalationView(escalation)] : []));
    this.#trouble.textContent = troubleOf(state) ?? "";
    this.#trouble.hidden = troubleOf(state) === null;
    this.#renderExtra(state);
  }

  #renderLog({ messages }: State): void {
    const wasAtEnd =
      this.#log.scrollTop + this.#log.clientHeight >= this.#log.scrollHeight - 40;
    for (const message of messages) {
      const known = this.#shown.get(message.id);
      if (known?.message === message) continue;
      const node = messageView(message);
      if (known) known.node.replaceWith(node);
      else this.#log.append(node);
      this.#shown.set(message.id, { message, node });
    }
    if (wasAtEnd) this.#log.scrollTop = this.#log.scrollHeight;
  }

  #renderExtra({ approvals, escalation }: State): void {
    const contact = escalation?.contactNeeded ? "contact" : "";
    const wanted = [...approvals.map((each) => each.callId), contact].join(" ").trim();
    if (this.#extra.dataset.shown === wanted) return;
    this.#extra.dataset.shown = wanted;
    this.#extra.replaceChildren(
      ...approvals.map(({ callId, name }) => this.#approval(callId, name)),
      ...(contact ? [this.#contact(escalation?.contactText ?? null)] : []),
    );
  }

  #approval(callId: string, name: string): HTMLElement {
    const answer = (yes: boolean) => () =>
      void this.#assistant?.addToolApprovalResponse(callId, yes);
    return h(
      "div",
      { class: "bar", role: "group", "aria-label": `Allow ${name}?` },
      h("span", {}, `May I run “${name}”?`),
      h("button", { class: "send", type: "button", click: answer(true) }, "Allow"),
      h("button", { class: "plain", type: "button", click: answer(false) }, "No"),
    );
  }

  #contact(asked: string | null): HTMLElement {
    const input = h("input", {
      type: "email",
      required: true,
      "aria-label": "Your e-mail address",
      placeholder: "you@example.com",
      autocomplete: "email",
    });
    const form = h(
      "form",
      { class: "bar" },
      h("span", {}, asked ?? "Where can we reach you?"),
      input,
      h("button", { class: "send" }, "Save"),
    );
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#assistant?.provideContact(input.value);
    });
    return form;
  }
}
