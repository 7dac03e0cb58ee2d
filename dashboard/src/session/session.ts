import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { dataOf, escalator, type Schemas } from "@/api/clients";
import { Problem } from "@/api/problem";

export type Session = Schemas["SessionView"];
const KEY = ["session"];

/** Returns who is signed in; null is nobody. */
export function useSession() {
  return useQuery({
    queryKey: KEY,
    queryFn: async (): Promise<Session | null> => {
      try {
        return await dataOf(escalator.GET("/v1/sessions/me"));
      } catch (error) {
        if (error instanceof Problem && error.status === 401) return null;
        throw error;
      }
    },
    staleTime: 60_000,
  });
}

/** Signs in with a key of the app. */
export function useSignInWithKey() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (key: string) => escalator.POST("/v1/sessions", { body: { key } }),
    onSuccess: () => queries.invalidateQueries({ queryKey: KEY }),
  });
}

/** Asks for a link by mail; the answer is the same whether there is such a member. */
export function useSignInByMail() {
  return useMutation({
    mutationFn: (email: string) => escalator.POST("/v1/sessions", { body: { email } }),
  });
}

/** Signs out and forgets everything that was read. */
export function useSignOut() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => escalator.DELETE("/v1/sessions"),
    onSettled: () => {
      queries.clear();
      globalThis.location.assign("/");
    },
  });
}

/** Returns whether this session may do what takes *role* at least. */
export function may(session: Session, role: "agent" | "admin"): boolean {
  const order = ["viewer", "agent", "admin"];
  return order.indexOf(session.role ?? "viewer") >= order.indexOf(role);
}

/** Follows `#/escalations/…`, as the links of earlier mails have it. */
export function followOldAddress(): void {
  const { hash, pathname } = globalThis.location;
  if (hash.startsWith("#/")) history.replaceState(null, "", hash.slice(1));
  // The page that a mailed link leads to says so behind the `#`.
  if (hash === "#signed-in") history.replaceState(null, "", pathname);
}

/** Returns the key that stands behind the `#` of an address, and takes it out of it. */
export function takeKeyFromAddress(): string | null {
  const { hash, pathname } = globalThis.location;
  const key = new URLSearchParams(hash.slice(1)).get("key");
  if (key) history.replaceState(null, "", pathname);
  return key;
}
