import { useState } from "react";
import { Link } from "wouter";
import { Time } from "@/parts/clock";
import { More } from "@/parts/more";
import { Sparkline } from "@/parts/sparkline";
import { Empty, Failed, Skeleton } from "@/parts/states";
import type { Session } from "@/session/session";
import {
  type Cause,
  type Narrowing,
  type Pattern,
  type Sort,
  type Status,
  useNextSteps,
  usePatterns,
} from "./data";
import { PatternPage } from "./pattern";
import { CAUSES, growthOf, minutesOf, PATTERN_STATUSES } from "./words";
import "./patterns.css";

const SORTS: Record<Sort, string> = {
  cost: "Cost",
  size: "Size",
  growth: "Growth",
};
type Props = { session: Session; open?: string | undefined };

/** What people are asked again and again, ranked, each with its remedy. */
export default function Patterns({ session, open }: Props) {
  if (open) return <PatternPage id={open} session={session} />;
  return <Ranking />;
}

function Ranking() {
  const [narrowing, setNarrowing] = useState<Narrowing>({
    sort: "cost",
    cause: "",
    status: "",
  });
  const found = usePatterns(narrowing);
  const items = found.data?.pages.flatMap((page) => page.items) ?? [];
  const isNarrowed = narrowing.cause !== "" || narrowing.status !== "";
  return (
    <div className="screen-page">
      <header>
        <h1>Patterns</h1>
        <Choices narrowing={narrowing} onChange={setNarrowing} />
      </header>
      <NextSteps />
      {found.isPending && <Skeleton rows={6} height={64} />}
      {found.isError && <Failed error={found.error} again={() => found.refetch()} />}
      {found.isSuccess && items.length === 0 && (
        <Empty title={isNarrowed ? "No pattern fits" : "No patterns yet"}>
          <p>
            {isNarrowed
              ? "Take a filter away."
              : "From the second escalation on, those about the same thing stand here together."}
          </p>
        </Empty>
      )}
      {items.length > 0 && (
        <ul className="ranking card">
          {items.map((each) => (
            <Row key={each.pattern_id} pattern={each} />
          ))}
        </ul>
      )}
      <More pages={found} />
    </div>
  );
}

type ChoicesProps = { narrowing: Narrowing; onChange: (next: Narrowing) => void };

function Choices({ narrowing, onChange }: ChoicesProps) {
  return (
    <div className="line">
      <label htmlFor="sort">Ranked by</label>
      <select
        id="sort"
        className="input auto"
        value={narrowing.sort}
        onChange={(event) =>
          onChange({ ...narrowing, sort: event.target.value as Sort })
        }
      >
        {Object.entries(SORTS).map(([sort, label]) => (
          <option key={sort} value={sort}>
            {label}
          </option>
        ))}
      </select>
      <label className="sr-only" htmlFor="cause">
        Cause
      </label>
      <select
        id="cause"
        className="input auto"
        value={narrowing.cause}
        onChange={(event) =>
          onChange({ ...narrowing, cause: event.target.value as Cause | "" })
        }
      >
        <option value="">Any cause</option>
        {Object.entries(CAUSES).map(([cause, { label }]) => (
          <option key={cause} value={cause}>
            {label}
          </option>
        ))}
      </select>
      <label className="sr-only" htmlFor="status">
        Status
      </label>
      <select
        id="status"
        className="input auto"
        value={narrowing.status}
        onChange={(event) =>
          onChange({ ...narrowing, status: event.target.value as Status | "" })
        }
      >
        <option value="">Any status</option>
        {Object.entries(PATTERN_STATUSES).map(([status, { label }]) => (
          <option key={status} value={status}>
            {label}
          </option>
        ))}
      </select>
    </div>
  );
}

function NextSteps() {
  const found = useNextSteps();
  if (!found.data || found.data.items.length === 0) return null;
  return (
    <section className="card inner" aria-labelledby="next-steps">
      <h2 id="next-steps">What to do next</h2>
      <ol className="next">
        {found.data.items.map((each) => (
          <li key={each.pattern_id}>
            <Link href={`/patterns/${each.pattern_id}`}>{each.sentence}</Link>
            <p className="faint">{each.first_step}</p>
          </li>
        ))}
      </ol>
      {found.data.note && <p className="faint">{found.data.note}</p>}
    </section>
  );
}

function Row({ pattern }: { pattern: Pattern }) {
  const cause = CAUSES[pattern.cause];
  const status = PATTERN_STATUSES[pattern.status];
  return (
    <li>
      <Link className="pattern" href={`/patterns/${pattern.pattern_id}`}>
        <span className="label">{pattern.label}</span>
        <span className="meta">
          <span className={`chip ${cause.tone}`}>{cause.remedy}</span>
          <span className={`chip ${status.tone}`}>{status.label}</span>
          {pattern.emerging && <span className="chip warn">new</span>}
          {pattern.again && (
            <span className="chip bad">again after it was ignored</span>
          )}
          {pattern.known_issue && <span className="chip">known issue</span>}
          {pattern.owner && <span>{pattern.owner}</span>}
          <span>
            last <Time at={pattern.last_seen} />
          </span>
        </span>
        <Sparkline values={pattern.trend} label="A day each" />
        <span className="figure">
          <strong>{pattern.size}</strong>
          <span className="faint">
            {pattern.users === null ? "" : `${pattern.users} users`}
          </span>
        </span>
        <span className="figure">
          <strong>{minutesOf(pattern.cost_minutes)}</strong>
          <span className="faint">{growthOf(pattern.growth)}</span>
        </span>
      </Link>
    </li>
  );
}
