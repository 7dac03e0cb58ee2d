import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "wouter";
import { dataOf, notifier } from "@/api/clients";
import { Choices } from "@/parts/choices";
import { Time } from "@/parts/clock";
import { More } from "@/parts/more";
import { Empty, Failed, Skeleton } from "@/parts/states";
import { useSay } from "@/parts/toasts";
import { wordFor } from "@/screens/inbox/words";
import { may, type Session } from "@/session/session";

const STATES = [
  { value: "dead", label: "Given up" },
  { value: "retry", label: "Trying again" },
  { value: "waiting", label: "No destination yet" },
  { value: "sending", label: "Being sent" },
  { value: "pending", label: "About to be sent" },
  { value: "delivered", label: "Delivered" },
] as const;
type State = (typeof STATES)[number]["value"];
const PAGE = 50;

/** What was sent, what was not and why, and again. */
export default function Deliveries({ session }: { session: Session }) {
  const [state, setState] = useState<State>("dead");
  const found = useInfiniteQuery({
    queryKey: ["deliveries", state],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) =>
      dataOf(
        notifier.GET("/v1/deliveries", {
          params: {
            query: {
              status: state,
              limit: PAGE,
              ...(pageParam && { cursor: pageParam }),
            },
          },
          signal,
        }),
      ),
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });
  const redrive = useRedrive();
  const items = found.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <div className="screen-page">
      <header>
        <h1>Deliveries</h1>
        <Choices legend="State" options={STATES} chosen={state} onChoose={setState} />
      </header>
      {redrive.isError && <Failed error={redrive.error} />}
      {found.isPending && <Skeleton rows={5} height={40} />}
      {found.isError && <Failed error={found.error} again={() => found.refetch()} />}
      {found.isSuccess && items.length === 0 && (
        <Empty title={state === "dead" ? "Nothing was given up" : "Nothing here"}>
          <p>No delivery is in this state.</p>
        </Empty>
      )}
      {items.length > 0 && (
        <div className="card scroll-x">
          <table>
            <thead>
              <tr>
                <th>Escalation</th>
                <th>News</th>
                <th>Destination</th>
                <th>Why</th>
                <th>Tries</th>
                <th>Next</th>
                <th>
                  <span className="sr-only">Again</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {items.map((each) => (
                <tr key={each.delivery_id}>
                  <td>
                    <Link href={`/escalations/${each.number}`}>{each.number}</Link>{" "}
                    <span className="faint">
                      <Time at={each.created_at} />
                    </span>
                  </td>
                  <td>{wordFor({}, each.kind)}</td>
                  <td>{each.destination_id}</td>
                  <td>
                    {wordFor({}, each.reason)}
                    {each.last_error && <div className="faint">{each.last_error}</div>}
                  </td>
                  <td className="number">{each.tries}</td>
                  <td>{each.due_at ? <Time at={each.due_at} /> : "–"}</td>
                  <td>
                    {state === "dead" && may(session, "admin") && (
                      <button
                        type="button"
                        className="button"
                        disabled={redrive.isPending}
                        onClick={() => redrive.mutate(each.delivery_id)}
                      >
                        Send again
                      </button>
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      <More pages={found} />
    </div>
  );
}

function useRedrive() {
  const queries = useQueryClient();
  const say = useSay();
  return useMutation({
    mutationFn: (id: string) =>
      dataOf(
        notifier.POST("/v1/dead-letters/{delivery_id}/redrive", {
          params: { path: { delivery_id: id } },
        }),
      ),
    onSuccess: () => say("It is sent again"),
    onSettled: () => queries.invalidateQueries({ queryKey: ["deliveries"] }),
  });
}
