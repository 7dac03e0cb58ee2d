import createClient, { type Middleware } from "openapi-fetch";
import { problemOf } from "./problem";
import type {
  paths as Analytics,
  components as AnalyticsParts,
} from "./types/analytics";
import type {
  paths as Escalator,
  components as EscalatorParts,
} from "./types/escalator";
import type { paths as Notifier } from "./types/notifier";
import type { paths as Resolver } from "./types/resolver";

export type Schemas = EscalatorParts["schemas"];
export type AnalyticsSchemas = AnalyticsParts["schemas"];

/** Without it a request that changes something is refused: other sites cannot send it. */
const OURS = { "X-Handrail": "1" };

function refusing(service: string): Middleware {
  return {
    async onResponse({ response }) {
      if (response.ok) return undefined;
      const body: unknown = await response.json().catch(() => null);
      throw problemOf(response.status, body, service);
    },
  };
}

function clientOf<Paths extends object>(service: string) {
  const client = createClient<Paths>({
    baseUrl: `${globalThis.location?.origin ?? ""}/${service}`,
    headers: OURS,
    querySerializer: { array: { style: "form", explode: true } },
  });
  client.use(refusing(service));
  return client;
}

export const escalator = clientOf<Escalator>("escalator");
export const analytics = clientOf<Analytics>("analytics");
export const notifier = clientOf<Notifier>("notifier");
export const resolver = clientOf<Resolver>("resolver");

/** Returns the data of an answer; the middleware has thrown where there is none. */
export async function dataOf<T>(asked: Promise<{ data?: T }>): Promise<T> {
  const { data } = await asked;
  if (data === undefined) throw new TypeError("An answer without a body");
  return data;
}
