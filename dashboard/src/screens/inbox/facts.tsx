import type { ReactNode } from "react";
import { Link } from "wouter";
import { Time } from "@/parts/clock";
import type { Escalation } from "./data";
import { OUTCOMES, wordFor } from "./words";

type Attempt = Escalation["attempts"] extends (infer Each)[] | null | undefined
  ? Each
  : never;

/** All that is known beside the conversation. */
export function Facts({ escalation }: { escalation: Escalation }) {
  const { user, session, contact, app_state: state, pattern } = escalation;
  return (
    <aside className="facts" aria-label="What is known">
      <Part title="User">
        <Rows
          rows={[
            ["Name", user?.name],
            ["E-mail", user?.email ?? contact?.email],
            ["Id", user?.id],
            ["Page", session?.url],
            ["Language", escalation.language ?? session?.locale],
            ["Zone", session?.timezone],
            ...Object.entries(user?.traits ?? {}).map(
              ([name, value]) => [name, shown(value)] as [string, string],
            ),
          ]}
        />
      </Part>
      {pattern && (
        <Part title="Pattern">
          <Link href={`/patterns/${pattern.id}`}>{pattern.label}</Link>
          <p className="faint">{pattern.size} escalations are about this</p>
        </Part>
      )}
      <Part title="What was tried">
        <Ladder attempts={escalation.attempts ?? []} />
      </Part>
      {state && Object.keys(state).length > 0 && (
        <Part title="App state">
          <pre className="state">{JSON.stringify(state, null, 2)}</pre>
        </Part>
      )}
      <Part title="Where it went">
        <Deliveries escalation={escalation} />
      </Part>
      <Part title="What happened">
        <ol className="audit">
          {escalation.updates.map((each) => (
            <li key={each.update_id}>
              {wordFor({}, each.change)}
              {each.from !== each.to && ` → ${each.to}`} by {each.actor}{" "}
              <Time at={each.at} />
            </li>
          ))}
        </ol>
      </Part>
    </aside>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section>
      <h3>{title}</h3>
      {children}
    </section>
  );
}

function Rows({ rows }: { rows: [string, string | null | undefined][] }) {
  const known = rows.filter(([, value]) => value);
  if (known.length === 0) return <p className="faint">Nothing is known.</p>;
  return (
    <dl>
      {known.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** Each attempt as a bar against what it needed; what was never near is folded away. */
function Ladder({ attempts }: { attempts: Attempt[] }) {
  const near = attempts.filter((each) => each.outcome !== "no_match");
  const far = attempts.filter((each) => each.outcome === "no_match");
  if (attempts.length === 0) return <p className="faint">Nothing was near.</p>;
  return (
    <>
      <Rungs attempts={near} />
      {far.length > 0 && (
        <details>
          <summary>{far.length} more were never near</summary>
          <Rungs attempts={far} />
        </details>
      )}
    </>
  );
}

function Rungs({ attempts }: { attempts: Attempt[] }) {
  return (
    <ol className="ladder">
      {attempts.map((each) => (
        <li key={`${each.kind} ${each.name} ${each.started_at}`}>
          <span className="title">
            {each.title || each.name} <span className="chip">{each.kind}</span>
          </span>
          <meter
            min={0}
            max={1}
            value={each.score}
            high={each.threshold}
            aria-label={`Score ${each.score.toFixed(2)}`}
          />
          <span className="faint">
            {each.score.toFixed(2)} of {each.threshold.toFixed(2)} needed,{" "}
            {wordFor(OUTCOMES, each.outcome)}
            {each.detail ? `: ${each.detail}` : ""}
          </span>
        </li>
      ))}
    </ol>
  );
}

function Deliveries({ escalation }: { escalation: Escalation }) {
  const found = Object.entries(escalation.deliveries);
  return (
    <>
      {escalation.because && (
        <p className="faint">
          Sent to {escalation.route || "the default route"} because {escalation.because}
        </p>
      )}
      {found.length === 0 && <p className="faint">No destination exists yet.</p>}
      <ul>
        {found.map(([destination, { status, proof, at }]) => (
          <li key={destination}>
            <strong>{destination}</strong> {status} {at && <Time at={at} />}
            {proof && <code>{proof}</code>}
          </li>
        ))}
      </ul>
    </>
  );
}

function shown(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
