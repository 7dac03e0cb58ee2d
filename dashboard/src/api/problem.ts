/** What a service answered instead of what was asked for (RFC 9457). */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly title: string,
    readonly detail: string,
    readonly service: string,
  ) {
    super(detail || title);
  }
}

/** Returns the problem of an answer that is not a success. */
export function problemOf(status: number, body: unknown, service: string): Problem {
  const found = isObject(body) ? body : {};
  const detail = typeof found.detail === "string" ? found.detail : fieldsOf(found);
  const title = typeof found.title === "string" ? found.title : titleOf(status);
  return new Problem(status, title, detail, service);
}

function fieldsOf(body: Record<string, unknown>): string {
  const errors = Array.isArray(body.errors) ? body.errors : [];
  return errors
    .filter(isObject)
    .map((each) => [each.field, each.message].filter(Boolean).join(": "))
    .join("; ");
}

function titleOf(status: number): string {
  if (status === 401) return "Not signed in";
  if (status === 403) return "Not allowed";
  if (status >= 500) return "The service is not available";
  return "The request was refused";
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
