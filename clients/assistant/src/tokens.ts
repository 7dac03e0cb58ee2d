import type { Options } from "./types";

/** Where the original product's snippet asks for a token. */
const DEFAULT_ENDPOINT = "/api/mwai/token";
/** A token is renewed this long before it ends, so that none ends on its way. */
const EARLY_MS = 30_000;

export class TokenError extends Error {}

type Held = { token: string; endsAt: number };

/** Keeps one short-lived token; the key it comes from stays on the app's own server. */
export class Tokens {
  #held: Held | null = null;
  #asking: Promise<string> | null = null;

  constructor(private readonly options: Options) {}

  /** Returns a token that is still good. Raises TokenError. */
  async get(): Promise<string> {
    const held = this.#held;
    if (held && held.endsAt - Date.now() > EARLY_MS) return held.token;
    this.#asking ??= this.#ask().finally(() => {
      this.#asking = null;
    });
    return this.#asking;
  }

  /** Forgets the token: it was refused, or another one is wanted. */
  drop(): void {
    this.#held = null;
  }

  async #ask(): Promise<string> {
    const { tokenEndpoint = DEFAULT_ENDPOINT, endUserId } = this.options;
    const response = await fetch(tokenEndpoint, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ ...(endUserId && { endUserId }), availableActions: [] }),
    }).catch((cause: unknown) => {
      throw new TokenError("The token endpoint cannot be reached", { cause });
    });
    if (!response.ok) {
      throw new TokenError(`The token endpoint answered ${response.status}`);
    }
    const { token, expiresAt } = (await response.json()) as Record<string, string>;
    if (!token) throw new TokenError("The token endpoint answered without a token");
    this.#held = { token, endsAt: Date.parse(expiresAt ?? "") || Date.now() + 60_000 };
    return token;
  }
}
