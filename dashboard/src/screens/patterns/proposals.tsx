import { Link } from "wouter";
import type { Steering, WholePattern } from "./data";

type Props = {
  pattern: WholePattern;
  mayWork: boolean;
  onAct: (steering: Steering, said: string) => void;
};
type Proposal = { with: string; because: string; label: string };

/** Patterns that may be the same: the nightly look proposes, people decide. */
export function Proposals({ pattern, mayWork, onAct }: Props) {
  const found = pattern.proposals.map(proposalOf).filter((each) => each !== null);
  if (found.length === 0) return null;
  return (
    <section className="card inner" aria-labelledby="proposals">
      <h2 id="proposals">Perhaps the same</h2>
      <ul>
        {found.map((each) => (
          <li className="line" key={each.with}>
            <span className="grow">
              <Link href={`/patterns/${each.with}`}>{each.label}</Link>{" "}
              <span className="faint">{each.because}</span>
            </span>
            {mayWork && (
              <>
                <button
                  type="button"
                  className="button"
                  onClick={() =>
                    onAct({ verb: "merge", body: { with: [each.with] } }, "Merged")
                  }
                >
                  Merge
                </button>
                <button
                  type="button"
                  className="button quiet"
                  onClick={() =>
                    onAct(
                      { verb: "merge", body: { refuse: [each.with] } },
                      "They stay apart",
                    )
                  }
                >
                  Keep apart
                </button>
              </>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Returns what is proposed, or null where it is not a proposal that waits. */
export function proposalOf(raw: Record<string, unknown>): Proposal | null {
  const other = raw.with;
  if (typeof other !== "string") return null;
  if (typeof raw.status === "string" && raw.status !== "open") return null;
  const label = typeof raw.label === "string" && raw.label ? raw.label : other;
  return { with: other, because: String(raw.because ?? ""), label };
}
