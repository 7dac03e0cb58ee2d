import { useState } from "react";
import { Failed } from "@/parts/states";
import { useSay } from "@/parts/toasts";
import { useSaveDocument } from "@/screens/catalogue/data";
import { nameFor } from "@/screens/catalogue/document";
import { may, type Session } from "@/session/session";
import type { WholePattern } from "./data";

type Props = { pattern: WholePattern; session: Session };

/** What would end the pattern, ready to use. */
export function Remedy({ pattern, session }: Props) {
  const remedy = pattern.remedy ?? {};
  const outline = textOf(remedy.outline);
  if (outline !== null) {
    return <DocumentDraft pattern={pattern} outline={outline} session={session} />;
  }
  if (remedy.available_action || remedy.input_schema_form) {
    return (
      <section className="card inner" aria-labelledby="remedy">
        <h2 id="remedy">The action that is missing</h2>
        <div className="two even">
          <Copyable title="As availableActions" value={remedy.available_action} />
          <Copyable title="With inputSchema" value={remedy.input_schema_form} />
        </div>
      </section>
    );
  }
  const report = textOf(remedy.report);
  if (report === null) return null;
  return (
    <section className="card inner" aria-labelledby="remedy">
      <h2 id="remedy">The bug, as a report</h2>
      <Copyable title="Report" value={report} />
    </section>
  );
}

type DraftProps = { pattern: WholePattern; outline: string; session: Session };

function DocumentDraft({ pattern, outline, session }: DraftProps) {
  const [title, setTitle] = useState(pattern.label);
  const [text, setText] = useState(outline);
  const save = useSaveDocument();
  const say = useSay();
  const closest = closestOf(pattern.remedy?.closest_passage);
  return (
    <section className="card inner" aria-labelledby="remedy">
      <h2 id="remedy">The document that is missing</h2>
      {closest && (
        <div>
          <h3>The closest there is</h3>
          <blockquote>{closest}</blockquote>
        </div>
      )}
      <form
        className="inner"
        onSubmit={(event) => {
          event.preventDefault();
          const questions = pattern.exemplars.map((each) => each.text).filter(Boolean);
          save.mutate(
            {
              name: nameFor(title),
              body: { title, text, questions, format: "markdown" } as never,
            },
            { onSuccess: () => say(`“${title}” is in the catalogue. Now verify it.`) },
          );
        }}
      >
        <div className="field">
          <label htmlFor="draft-title">Title</label>
          <input
            id="draft-title"
            className="input"
            required
            value={title}
            onChange={(event) => setTitle(event.target.value)}
          />
        </div>
        <div className="field">
          <label htmlFor="draft-text">Draft</label>
          <textarea
            id="draft-text"
            className="input tall"
            required
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
          <span className="hint">
            The users' own questions are saved with it as example questions.
          </span>
        </div>
        {save.isError && <Failed error={save.error} />}
        {may(session, "admin") && (
          <div className="foot">
            <button className="button primary" type="submit" disabled={save.isPending}>
              Save into the catalogue
            </button>
          </div>
        )}
      </form>
    </section>
  );
}

function Copyable({ title, value }: { title: string; value: unknown }) {
  const say = useSay();
  const text = typeof value === "string" ? value : JSON.stringify(value, null, 2);
  return (
    <figure className="copyable">
      <figcaption className="line">
        <span className="grow">{title}</span>
        <button
          type="button"
          className="button"
          onClick={() => {
            navigator.clipboard.writeText(text).then(
              () => say("Copied"),
              () => say("The browser did not allow copying: select the text instead"),
            );
          }}
        >
          Copy
        </button>
      </figcaption>
      <pre>{text}</pre>
    </figure>
  );
}

/** Returns an outline as Markdown, whether it came as text or as its lines. */
export function textOf(value: unknown): string | null {
  if (typeof value === "string") return value;
  if (Array.isArray(value)) return value.map(String).join("\n");
  return null;
}

function closestOf(value: unknown): string | null {
  if (typeof value === "string") return value || null;
  if (typeof value !== "object" || value === null) return null;
  const { title, passage, text } = value as Record<string, unknown>;
  const words = [title, passage ?? text].filter((each) => typeof each === "string");
  return words.join(": ") || null;
}
