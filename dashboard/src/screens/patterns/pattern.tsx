import { useState } from "react";
import { Link, useLocation } from "wouter";
import { Time } from "@/parts/clock";
import { Sparkline } from "@/parts/sparkline";
import { Failed, Skeleton } from "@/parts/states";
import { useSay } from "@/parts/toasts";
import { may, type Session } from "@/session/session";
import { type Steering, usePattern, useSteer, type WholePattern } from "./data";
import { Evidence } from "./evidence";
import { Members } from "./members";
import { Proposals } from "./proposals";
import { Remedy } from "./remedy";
import { CAUSES, growthOf, minutesOf, PATTERN_STATUSES } from "./words";

type Props = { id: string; session: Session };

/** One pattern: what its users say, why it exists, and what would end it. */
export function PatternPage({ id, session }: Props) {
  const found = usePattern(id);
  const steer = useSteer(id, session);
  const say = useSay();
  const [, go] = useLocation();
  const mayWork = may(session, "agent");
  const pattern = found.data;
  if (found.isPending) return <Skeleton rows={4} height={110} />;
  if (!pattern) return <Failed error={found.error} again={() => found.refetch()} />;
  const act = (steering: Steering, said: string) =>
    steer.mutate(steering, {
      onSuccess: (after) => {
        say(said);
        if (after.pattern_id !== id) go(`/patterns/${after.pattern_id}`);
      },
    });
  const cause = CAUSES[pattern.cause];
  const status = PATTERN_STATUSES[pattern.status];
  return (
    <article className="screen-page" aria-labelledby="pattern-title">
      <Link href="/patterns">← Patterns</Link>
      <header>
        <Title
          label={pattern.label}
          mayWork={mayWork}
          onRename={(label) => act({ verb: "rename", body: { label } }, "Renamed")}
        />
        <div className="line">
          <span className={`chip ${cause.tone}`}>{cause.remedy}</span>
          <span className={`chip ${status.tone}`}>{status.label}</span>
          {pattern.known_issue && <span className="chip">known issue</span>}
        </div>
      </header>
      {steer.isError && <Failed error={steer.error} />}
      <Figures pattern={pattern} />
      {mayWork && <Steer pattern={pattern} onAct={act} />}
      <Remedy pattern={pattern} session={session} />
      <Evidence pattern={pattern} />
      <Proposals pattern={pattern} mayWork={mayWork} onAct={act} />
      <Members pattern={pattern} mayWork={mayWork} onAct={act} />
    </article>
  );
}

type TitleProps = {
  label: string;
  mayWork: boolean;
  onRename: (label: string) => void;
};

function Title({ label, mayWork, onRename }: TitleProps) {
  const [draft, setDraft] = useState<string | null>(null);
  if (draft === null) {
    return (
      <h1 id="pattern-title">
        {label}{" "}
        {mayWork && (
          <button
            type="button"
            className="button quiet"
            onClick={() => setDraft(label)}
          >
            Rename
          </button>
        )}
      </h1>
    );
  }
  return (
    <form
      className="line grow"
      onSubmit={(event) => {
        event.preventDefault();
        onRename(draft.trim());
        setDraft(null);
      }}
    >
      <label className="sr-only" htmlFor="pattern-label">
        Name of the pattern
      </label>
      <input
        id="pattern-label"
        className="input grow"
        required
        value={draft}
        onChange={(event) => setDraft(event.target.value)}
      />
      <button className="button primary" type="submit">
        Save name
      </button>
      <button type="button" className="button quiet" onClick={() => setDraft(null)}>
        Cancel
      </button>
    </form>
  );
}

function Figures({ pattern }: { pattern: WholePattern }) {
  const figures: [string, string][] = [
    ["Escalations", String(pattern.size)],
    ["Users", pattern.users === null ? "–" : String(pattern.users)],
    ["Against the period before", growthOf(pattern.growth)],
    ["People's time so far", minutesOf(pattern.cost_minutes)],
    ["For each", minutesOf(pattern.minutes_per_escalation)],
  ];
  return (
    <div className="tiles">
      {figures.map(([label, value]) => (
        <div className="card tile" key={label}>
          <strong>{value}</strong>
          <span className="faint">{label}</span>
        </div>
      ))}
      <div className="card tile">
        <Sparkline values={pattern.trend} label="A day each" />
        <span className="faint">
          since <Time at={pattern.first_seen} />, last <Time at={pattern.last_seen} />
        </span>
      </div>
    </div>
  );
}

type SteerProps = {
  pattern: WholePattern;
  onAct: (steering: Steering, said: string) => void;
};
/** What people say of a pattern; that it is verified or came back, a replay says. */
const SAID = ["open", "in_progress", "fixed", "ignored"] as const;

function Steer({ pattern, onAct }: SteerProps) {
  const [owner, setOwner] = useState(pattern.owner ?? "");
  return (
    <div className="card line">
      <label htmlFor="pattern-status">Status</label>
      <select
        id="pattern-status"
        className="input auto"
        value={pattern.status}
        onChange={(event) => {
          const status = event.target.value as WholePattern["status"];
          onAct({ verb: "status", body: { status } }, PATTERN_STATUSES[status].label);
        }}
      >
        {!SAID.some((each) => each === pattern.status) && (
          <option value={pattern.status}>
            {PATTERN_STATUSES[pattern.status].label}
          </option>
        )}
        {SAID.map((each) => (
          <option key={each} value={each}>
            {PATTERN_STATUSES[each].label}
          </option>
        ))}
      </select>
      <form
        className="line"
        onSubmit={(event) => {
          event.preventDefault();
          const who = owner.trim() || null;
          onAct(
            { verb: "assign", body: { owner: who } },
            who ? `${who} has it` : "Nobody has it",
          );
        }}
      >
        <label htmlFor="pattern-owner">Owner</label>
        <input
          id="pattern-owner"
          className="input auto"
          placeholder="nobody"
          value={owner}
          onChange={(event) => setOwner(event.target.value)}
        />
        <button className="button" type="submit">
          Assign
        </button>
      </form>
      <button
        type="button"
        className="button"
        aria-pressed={pattern.known_issue}
        onClick={() =>
          onAct(
            { verb: "known-issue", body: { known: !pattern.known_issue } },
            pattern.known_issue
              ? "No longer a known issue"
              : "Known: users who report it from now on are told that the team knows",
          )
        }
      >
        {pattern.known_issue ? "No longer a known issue" : "Mark as a known issue"}
      </button>
    </div>
  );
}
