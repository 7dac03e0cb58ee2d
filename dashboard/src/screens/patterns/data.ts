import {
  useInfiniteQuery,
  useMutation,
  useQuery,
  useQueryClient,
} from "@tanstack/react-query";
import { type AnalyticsSchemas, analytics, dataOf } from "@/api/clients";
import type { Session } from "@/session/session";

export type Pattern = AnalyticsSchemas["PatternItem"];
export type WholePattern = AnalyticsSchemas["PatternOut"];
export type Cause = Pattern["cause"];
export type Status = Pattern["status"];
export type Sort = AnalyticsSchemas["Sort"];
const PAGE = 50;

export type Narrowing = { sort: Sort; cause: Cause | ""; status: Status | "" };

/** The app's patterns, a page at a time. */
export function usePatterns({ sort, cause, status }: Narrowing) {
  return useInfiniteQuery({
    queryKey: ["patterns", sort, cause, status],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) =>
      dataOf(
        analytics.GET("/v1/patterns", {
          params: {
            query: {
              sort,
              limit: PAGE,
              ...(cause && { cause: [cause] }),
              ...(status && { status: [status] }),
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

/** One pattern, with what would end it. */
export function usePattern(id: string) {
  return useQuery({
    queryKey: ["pattern", id],
    queryFn: ({ signal }) =>
      dataOf(
        analytics.GET("/v1/patterns/{pattern_id}", {
          params: { path: { pattern_id: id } },
          signal,
        }),
      ),
  });
}

/** The three things to do next. */
export function useNextSteps() {
  return useQuery({
    queryKey: ["next-steps"],
    queryFn: ({ signal }) => dataOf(analytics.GET("/v1/next-steps", { signal })),
  });
}

export type Steering =
  | { verb: "rename"; body: { label: string } }
  | { verb: "assign"; body: { owner: string | null } }
  | { verb: "status"; body: { status: Status; reason?: string } }
  | { verb: "merge"; body: { with?: string[]; into?: string; refuse?: string[] } }
  | { verb: "split"; body: { escalation_ids: string[]; label?: string } }
  | { verb: "known-issue"; body: { known: boolean; until?: string } };

/** Changes a pattern as people say. */
export function useSteer(id: string, session: Session) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ verb, body }: Steering) => {
      const actor = session.member ? {} : { actor: "dashboard" };
      return dataOf(
        analytics.POST(
          `/v1/patterns/{pattern_id}/${verb}` as "/v1/patterns/{pattern_id}/rename",
          {
            params: { path: { pattern_id: id } },
            body: { ...actor, ...body } as AnalyticsSchemas["Rename"],
          },
        ),
      );
    },
    onSettled: () => {
      void queries.invalidateQueries({ queryKey: ["patterns"] });
      return queries.invalidateQueries({ queryKey: ["pattern", id] });
    },
  });
}
