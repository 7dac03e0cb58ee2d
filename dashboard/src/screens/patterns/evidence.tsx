import { wordFor } from "@/screens/inbox/words";
import type { WholePattern } from "./data";

/** Why this cause, what its users say, and what almost answered them. */
export function Evidence({ pattern }: { pattern: WholePattern }) {
  return (
    <div className="two">
      <section className="card inner" aria-labelledby="why">
        <h2 id="why">Why</h2>
        <p>{pattern.because || "There is too little to say why yet."}</p>
        <dl className="pairs">
          {Object.entries(pattern.evidence).map(([code, count]) => (
            <div key={code}>
              <dt>{wordFor({}, code)}</dt>
              <dd>{count}</dd>
            </div>
          ))}
        </dl>
        {pattern.near_misses.length > 0 && (
          <>
            <h3>What almost answered</h3>
            <ul className="near">
              {pattern.near_misses.map((each) => (
                <li key={`${each.kind} ${each.name}`}>
                  {each.title || each.name} <span className="chip">{each.kind}</span>
                  <span className="faint">
                    {each.count} times, best {each.score.toFixed(2)}
                  </span>
                </li>
              ))}
            </ul>
          </>
        )}
        {pattern.shared_state.length > 0 && (
          <>
            <h3>What its users share and others do not</h3>
            <table>
              <thead>
                <tr>
                  <th>App state</th>
                  <th>Here</th>
                  <th>Elsewhere</th>
                </tr>
              </thead>
              <tbody>
                {pattern.shared_state.map((each) => (
                  <tr key={`${each.path} ${each.value}`}>
                    <td>
                      <code>
                        {each.path} = {each.value}
                      </code>
                    </td>
                    <td className="number">{share(each.inside)}</td>
                    <td className="number">{share(each.outside)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </>
        )}
      </section>
      <section className="card inner" aria-labelledby="words">
        <h2 id="words">In the users' words</h2>
        {pattern.exemplars.map((each) => (
          <blockquote key={each.escalation_id}>{each.text}</blockquote>
        ))}
      </section>
    </div>
  );
}

function share(value: number): string {
  return `${Math.round(value * 100)} %`;
}
