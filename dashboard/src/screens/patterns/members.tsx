import { useState } from "react";
import { Link } from "wouter";
import { Time } from "@/parts/clock";
import type { Steering, WholePattern } from "./data";

type Props = {
  pattern: WholePattern;
  mayWork: boolean;
  onAct: (steering: Steering, said: string) => void;
};

/** The escalations of a pattern, why each joined, and a way to take some out. */
export function Members({ pattern, mayWork, onAct }: Props) {
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const toggle = (id: string) => {
    const next = new Set(chosen);
    if (!next.delete(id)) next.add(id);
    setChosen(next);
  };
  return (
    <section className="card inner" aria-labelledby="members">
      <div className="line">
        <h2 id="members" className="grow">
          Escalations
        </h2>
        {mayWork && chosen.size > 0 && (
          <button
            type="button"
            className="button"
            disabled={chosen.size >= pattern.size}
            onClick={() => {
              onAct(
                { verb: "split", body: { escalation_ids: [...chosen] } },
                "They are a pattern of their own now",
              );
              setChosen(new Set());
            }}
          >
            Split {chosen.size} off
          </button>
        )}
        <Link className="button" href={`/?view=all&pattern=${pattern.pattern_id}`}>
          In the inbox
        </Link>
      </div>
      <ul className="members">
        {pattern.members.map((each) => (
          <li key={each.escalation_id}>
            {mayWork && (
              <input
                type="checkbox"
                aria-label={`Choose ${each.number}`}
                checked={chosen.has(each.escalation_id)}
                onChange={() => toggle(each.escalation_id)}
              />
            )}
            <span className="grow">
              <Link href={`/escalations/${each.number || each.escalation_id}`}>
                {each.number || "Open"}
              </Link>{" "}
              {each.text || "(the words were erased)"}
              <span className="faint block">{each.because}</span>
            </span>
            <span className="faint">
              <Time at={each.at} />
            </span>
          </li>
        ))}
      </ul>
      {pattern.next_cursor && (
        <p className="faint">The newest are shown; the inbox has them all.</p>
      )}
    </section>
  );
}
