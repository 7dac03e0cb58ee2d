import { useEffect, useState } from "react";
import { Limit, Time } from "@/parts/clock";
import { Failed, Skeleton } from "@/parts/states";
import { useSay } from "@/parts/toasts";
import { may, type Session } from "@/session/session";
import { Composer } from "./composer";
import { useEscalation, useVerb, type Verb } from "./data";
import { Facts } from "./facts";
import { useKeys } from "./keys";
import { Receipts } from "./receipts";
import { Transcript } from "./transcript";
import { nameOf, REASONS, STATUSES, wordFor } from "./words";

const SAID: Partial<Record<Verb, string>> = {
  acknowledge: "Acknowledged: the user is told",
  claim: "It is yours",
  resolve: "Resolved",
  reopen: "Reopened",
  snooze: "Snoozed until tomorrow",
  reply: "Sent to the user",
  note: "Noted",
  unassign: "It is nobody's now",
};
const DAY_MS = 86_400_000;

type Props = { name: string; session: Session; onClose: () => void };

/** One escalation, with everything that is known and a box to answer in. */
export function Detail({ name, session, onClose }: Props) {
  const found = useEscalation(name);
  const verb = useVerb(name, session);
  const say = useSay();
  const [kind, setKind] = useState<"reply" | "note">("reply");
  const mayWork = may(session, "agent");
  const escalation = found.data;

  const act = async (which: Verb, body?: object) => {
    await verb.mutateAsync({ verb: which, ...(body && { body }) });
    const back = which === "resolve" ? "reopen" : which === "claim" ? "unassign" : null;
    say(SAID[which] ?? "Done", back ? () => void act(back) : undefined);
  };
  const quietly = (which: Verb, body?: object) => {
    act(which, body).catch(() => {});
  };
  const write = (which: "reply" | "note") => {
    setKind(which);
    document.getElementById("composer")?.focus();
  };
  useKeys({
    Escape: onClose,
    ...(mayWork && {
      a: () => quietly("acknowledge"),
      c: () => quietly("claim"),
      e: () => quietly("resolve"),
      s: () => quietly("snooze", { until: tomorrow() }),
      r: () => write("reply"),
      n: () => write("note"),
    }),
  });
  useEffect(() => {
    if (escalation) document.title = `${escalation.number} · Handrail`;
    return () => {
      document.title = "Handrail";
    };
  }, [escalation]);

  if (found.isPending) return <Skeleton rows={6} height={72} />;
  if (!escalation) return <Failed error={found.error} again={() => found.refetch()} />;
  const status = STATUSES[escalation.status] ?? { label: escalation.status, tone: "" };
  const isOver = ["resolved", "withdrawn", "expired"].includes(escalation.status);
  return (
    <article className="detail" aria-labelledby="escalation-title">
      <header>
        <button type="button" className="button quiet back" onClick={onClose}>
          ← Back
        </button>
        <div className="head">
          <h1 id="escalation-title">{escalation.number}</h1>
          <span className={`chip ${status.tone}`}>{status.label}</span>
          <span className="faint">
            {nameOf(escalation.user)}, {wordFor(REASONS, escalation.reason)},{" "}
            <Time at={escalation.opened_at} />
          </span>
          {escalation.due_at && (
            <Limit
              begin={escalation.waiting_since ?? escalation.opened_at}
              end={escalation.due_at}
            />
          )}
          {escalation.expected_by && (
            <span className="chip">
              promised by <Time at={escalation.expected_by} />
            </span>
          )}
          <span className="chip">{escalation.assignee ?? "Nobody has it"}</span>
        </div>
        {mayWork && (
          <div className="verbs">
            {!isOver && (
              <>
                <Act label="Acknowledge" onAct={() => quietly("acknowledge")} />
                <Act label="Claim" onAct={() => quietly("claim")} />
                <Act
                  label="Snooze"
                  onAct={() => quietly("snooze", { until: tomorrow() })}
                />
                <Act label="Resolve" onAct={() => quietly("resolve")} />
              </>
            )}
            {isOver && <Act label="Reopen" onAct={() => quietly("reopen")} />}
          </div>
        )}
        <Receipts escalation={escalation} />
      </header>
      {found.isRefetchError && <Failed error={found.error} />}
      <div className="columns">
        <div className="centre">
          <Transcript escalation={escalation} />
          {verb.isError && <Failed error={verb.error} />}
          {mayWork && (
            <Composer
              key={escalation.escalation_id}
              name={escalation.escalation_id}
              kind={kind}
              onKind={setKind}
              busy={verb.isPending}
              onSend={(which, text) => act(which, { text })}
            />
          )}
        </div>
        <Facts escalation={escalation} />
      </div>
    </article>
  );
}

function Act({ label, onAct }: { label: string; onAct: () => void }) {
  return (
    <button type="button" className="button" onClick={onAct}>
      {label}
    </button>
  );
}

function tomorrow(): string {
  return new Date(Date.now() + DAY_MS).toISOString();
}
