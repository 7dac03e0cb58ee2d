import { useState } from "react";
import { Failed } from "@/parts/states";
import { wordFor } from "@/screens/inbox/words";
import { type Trial, useTrial } from "./data";

const OUTCOMES: Record<string, { label: string; tone: string }> = {
  resolved: { label: "The assistant answers", tone: "good" },
  asked: { label: "The assistant asks first", tone: "brand" },
  unresolved: { label: "It goes to people", tone: "warn" },
};
const SHOWN = 6;

/** Says what would come of a message, and why. */
export function Trying() {
  const trial = useTrial();
  const [text, setText] = useState("");
  return (
    <section className="card inner" aria-label="Try a message">
      <form
        className="line"
        onSubmit={(event) => {
          event.preventDefault();
          if (text.trim()) trial.mutate(text.trim());
        }}
      >
        <label className="sr-only" htmlFor="try">
          Message to try
        </label>
        <input
          id="try"
          className="input grow"
          placeholder="Try a message: what would the assistant do?"
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
        <button className="button primary" type="submit" disabled={trial.isPending}>
          Try
        </button>
      </form>
      {trial.isError && <Failed error={trial.error} />}
      {trial.data && <Result trial={trial.data} />}
    </section>
  );
}

function Result({ trial }: { trial: Trial }) {
  const outcome = OUTCOMES[trial.outcome] ?? { label: trial.outcome, tone: "" };
  const text = trial.reply?.text;
  return (
    <div className="inner" role="status">
      <p>
        <span className={`chip ${outcome.tone}`}>{outcome.label}</span> {trial.why}
      </p>
      {typeof text === "string" && text && <blockquote>{text}</blockquote>}
      {trial.candidates.length > 0 && (
        <ol className="ladder">
          {trial.candidates.slice(0, SHOWN).map((each) => (
            <li key={`${each.kind} ${each.name}`}>
              <span>
                {each.title || each.name}{" "}
                <span className="chip">{wordFor({}, each.kind)}</span>
              </span>
              <meter
                min={0}
                max={1}
                value={each.probability}
                high={each.threshold}
                aria-label={`Probability ${each.probability.toFixed(2)}`}
              />
              <span className="faint">
                {each.probability.toFixed(2)} of {each.threshold.toFixed(2)} needed
              </span>
            </li>
          ))}
        </ol>
      )}
      <p className="faint">
        {trial.encoder ? `By meaning (${trial.encoder})` : "By words alone"},{" "}
        {Math.round(trial.ms.total)} ms. Nothing was sent and nothing was run.
      </p>
    </div>
  );
}
