/**
 * Keys of idempotency: the same doing has one key until it has succeeded, so that a
 * second try after a lost answer changes nothing twice.
 */
export class IdempotencyKeys {
  readonly #open = new Map<string, string>();

  /** Returns the key of *doing*, the same until `settle`. */
  for(doing: string): string {
    const known = this.#open.get(doing);
    if (known) return known;
    const made = crypto.randomUUID();
    this.#open.set(doing, made);
    return made;
  }

  /** Says that *doing* has succeeded: the same again is another doing. */
  settle(doing: string): void {
    this.#open.delete(doing);
  }
}
