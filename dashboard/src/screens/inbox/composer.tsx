import { useEffect, useRef, useState } from "react";

type Kind = "reply" | "note";
const DRAFTS = "handrail.draft.";

type Props = {
  name: string;
  kind: Kind;
  onKind: (kind: Kind) => void;
  busy: boolean;
  onSend: (kind: Kind, text: string) => Promise<unknown>;
};

/** Where a teammate answers. What is typed survives a reload; it is gone once sent. */
export function Composer({ name, kind, onKind, busy, onSend }: Props) {
  const place = `${DRAFTS}${kind}.${name}`;
  const [text, setText] = useState(() => sessionStorage.getItem(place) ?? "");
  const box = useRef<HTMLTextAreaElement>(null);
  useEffect(() => setText(sessionStorage.getItem(place) ?? ""), [place]);

  const keep = (words: string) => {
    setText(words);
    if (words) sessionStorage.setItem(place, words);
    else sessionStorage.removeItem(place);
  };
  const send = async () => {
    if (!text.trim() || busy) return;
    try {
      await onSend(kind, text);
      keep("");
      box.current?.focus();
    } catch {
      // The words stay where they are; what failed is said above them.
    }
  };
  return (
    <form
      className="composer"
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <div className="tabs" role="tablist" aria-label="Kind of message">
        {(["reply", "note"] as const).map((each) => (
          <button
            key={each}
            type="button"
            role="tab"
            aria-selected={kind === each}
            onClick={() => onKind(each)}
          >
            {each === "reply" ? "Reply to the user" : "Note for the team"}
          </button>
        ))}
      </div>
      <label className="sr-only" htmlFor="composer">
        {kind === "reply" ? "Reply" : "Note"}
      </label>
      <textarea
        id="composer"
        ref={box}
        className={`input ${kind}`}
        value={text}
        placeholder={
          kind === "reply"
            ? "The user reads this in the chat"
            : "Only the team reads this"
        }
        onChange={(event) => keep(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === "Enter" && (event.metaKey || event.ctrlKey)) void send();
        }}
      />
      <div className="foot">
        <span className="hint">Ctrl + Enter sends</span>
        <button
          className="button primary"
          type="submit"
          disabled={busy || !text.trim()}
        >
          {kind === "reply" ? "Send" : "Add note"}
        </button>
      </div>
    </form>
  );
}
