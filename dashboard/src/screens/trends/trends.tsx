import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { type AnalyticsSchemas, analytics, dataOf } from "@/api/clients";
import { Choices } from "@/parts/choices";
import { Failed, Skeleton } from "@/parts/states";
import { Chart } from "./chart";

const DAY_MS = 86_400_000;
const PERIODS = [
  { value: 1, label: "Today" },
  { value: 7, label: "7 days" },
  { value: 30, label: "30 days" },
  { value: 90, label: "90 days" },
] as const;
type Days = (typeof PERIODS)[number]["value"];
type By = AnalyticsSchemas["By"];
const BYS: { value: By; label: string }[] = [
  { value: "reason", label: "By reason" },
  { value: "pattern", label: "By pattern" },
  { value: "destination", label: "By destination" },
];

/** How often people are needed, why, and how fast they are. */
export default function Trends() {
  const [days, setDays] = useState<Days>(30);
  const [by, setBy] = useState<By>("reason");
  const from = useMemo(
    () => new Date(Date.now() - days * DAY_MS).toISOString(),
    [days],
  );
  const summary = useQuery({
    queryKey: ["summary", days],
    queryFn: ({ signal }) =>
      dataOf(analytics.GET("/v1/summary", { params: { query: { from } }, signal })),
  });
  const trends = useQuery({
    queryKey: ["trends", days, by],
    queryFn: ({ signal }) =>
      dataOf(
        analytics.GET("/v1/trends", {
          params: { query: { from, by, step: days === 1 ? "hour" : "day" } },
          signal,
        }),
      ),
  });
  return (
    <div className="screen-page">
      <header>
        <h1>Trends</h1>
        <Choices legend="Period" options={PERIODS} chosen={days} onChoose={setDays} />
      </header>
      {summary.isPending && <Skeleton rows={1} height={84} />}
      {summary.isError && (
        <Failed error={summary.error} again={() => summary.refetch()} />
      )}
      {summary.data && <Tiles summary={summary.data} />}
      <section className="card" aria-label="Lines over time">
        <Choices
          legend="What tells lines apart"
          options={BYS}
          chosen={by}
          onChoose={setBy}
        />
        {trends.isPending && <Skeleton rows={1} height={260} />}
        {trends.isError && (
          <Failed error={trends.error} again={() => trends.refetch()} />
        )}
        {trends.data && <Chart series={trends.data.series} />}
      </section>
    </div>
  );
}

function Tiles({ summary }: { summary: AnalyticsSchemas["SummaryOut"] }) {
  const { requests, resolved, escalations, deliveries, ms } = summary;
  const share = requests > 0 ? `${Math.round((100 * resolved) / requests)} %` : "–";
  const tiles: [string, string][] = [
    ["Requests", String(requests)],
    ["Answered by itself", share],
    ["Escalated", String(escalations.opened)],
    ["Open now", String(escalations.open)],
    ["First answer, median", duration(medianOf(ms.first_response))],
    ["Deliveries given up", String(deliveries.failed)],
  ];
  return (
    <div className="tiles">
      {tiles.map(([label, value]) => (
        <div className="card tile" key={label}>
          <strong>{value}</strong>
          <span className="faint">{label}</span>
        </div>
      ))}
    </div>
  );
}

/** Returns the median of what was timed. */
function medianOf(
  timed: AnalyticsSchemas["SummaryOut"]["ms"][string] | undefined,
): number | null {
  return typeof timed === "object" && timed !== null ? timed.p50 : (timed ?? null);
}

/** Returns milliseconds as people say them. */
export function duration(ms: number | null | undefined): string {
  if (ms === null || ms === undefined) return "–";
  if (ms < 60_000) return `${Math.round(ms / 1000)} s`;
  if (ms < 3_600_000) return `${Math.round(ms / 60_000)} min`;
  return `${(ms / 3_600_000).toFixed(1)} h`;
}
