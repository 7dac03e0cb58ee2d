import {
  useInfiniteQuery,
  useMutation,
  useQuery,
  useQueryClient,
} from "@tanstack/react-query";
import { dataOf, escalator, type Schemas } from "@/api/clients";
import { IdempotencyKeys } from "@/api/keys";
import type { Session } from "@/session/session";
import { type Filters, questionOf } from "./views";

export type Escalation = Schemas["EscalationDocument"];
export type Verb =
  | "acknowledge"
  | "assign"
  | "claim"
  | "hand-back"
  | "note"
  | "priority"
  | "reopen"
  | "reply"
  | "resolve"
  | "snooze"
  | "tag"
  | "unassign";
const PAGE = 100;

/** Lists the escalations of *filters*, a page at a time. */
export function useEscalations(filters: Filters, me: string | null) {
  const question = questionOf(filters, me);
  return useInfiniteQuery({
    queryKey: ["escalations", question],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) =>
      dataOf(
        escalator.GET("/v1/escalations", {
          params: {
            query: {
              ...question,
              limit: PAGE,
              ...(pageParam && { cursor: pageParam }),
            },
          },
          signal,
        }),
      ),
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    placeholderData: (before) => before,
  });
}

/** Shows one escalation, by its id or its number. */
export function useEscalation(name: string) {
  return useQuery({
    queryKey: ["escalation", name],
    queryFn: ({ signal }) =>
      dataOf(
        escalator.GET("/v1/escalations/{name}", { params: { path: { name } }, signal }),
      ),
  });
}

type Doing = { verb: Verb; body?: object };
const KEYS = new IdempotencyKeys();

/** Does something with an escalation; a second try after a lost answer does nothing. */
export function useVerb(name: string, session: Session) {
  const queries = useQueryClient();
  const what = (doing: Doing) => JSON.stringify([name, doing]);
  return useMutation({
    mutationFn: (doing: Doing) => {
      const actor = session.member ? {} : { actor: "dashboard" };
      const path = `/v1/escalations/{name}/${doing.verb}` as const;
      return dataOf(
        escalator.POST(path as "/v1/escalations/{name}/note", {
          params: {
            path: { name },
            header: { "Idempotency-Key": KEYS.for(what(doing)) },
          },
          body: { ...actor, ...doing.body } as Schemas["Spoken"],
        }),
      );
    },
    onSuccess: (whole, doing) => {
      KEYS.settle(what(doing));
      queries.setQueryData(["escalation", name], whole);
    },
    onSettled: () => queries.invalidateQueries({ queryKey: ["escalations"] }),
  });
}
