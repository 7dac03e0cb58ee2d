import { Time } from "@/parts/clock";
import type { Escalation } from "./data";

type Entry = { at: string; who: string; role: string; text: string; key: string };

/** What was said and done, in order: as the user saw it, with notes of the team between. */
export function Transcript({ escalation }: { escalation: Escalation }) {
  return (
    <ol className="transcript" aria-label="Conversation">
      {escalation.conversation_omitted ? (
        <li className="omitted">
          {escalation.conversation_omitted} lines are left out of the middle
        </li>
      ) : null}
      {entriesOf(escalation).map(({ at, who, role, text, key }) => (
        <li key={key} className={role}>
          <span className="by">
            {who} <Time at={at} />
          </span>
          <p>{text}</p>
        </li>
      ))}
    </ol>
  );
}

const SPEAKERS: Record<string, string> = {
  user: "User",
  assistant: "Assistant",
  teammate: "Team",
};

/** Returns the lines of the conversation, and what people and the user added since. */
export function entriesOf(escalation: Escalation): Entry[] {
  const said = (escalation.conversation ?? []).map((line, place) => ({
    at: line.occurred_at,
    who: SPEAKERS[line.role] ?? line.role,
    role: line.role as string,
    text: line.text ?? "",
    key: `line-${place}`,
  }));
  const since = escalation.updates
    .filter((each) => each.text && isSaid(each.change, each.to, each.from))
    .map((each) => ({
      at: each.at,
      who: each.change === "message_added" ? "User" : each.actor,
      role: roleOf(each.change),
      text: each.text ?? "",
      key: each.update_id,
    }));
  return [...said, ...since].sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
}

function isSaid(change: string, to: string, from: string): boolean {
  if (["message_added", "noted", "contact_added"].includes(change)) return true;
  return change === "status" && (to === "answered" || to !== from);
}

function roleOf(change: string): string {
  if (change === "message_added") return "user";
  return change === "noted" ? "note" : "teammate";
}
