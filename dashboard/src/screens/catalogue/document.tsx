import { useState } from "react";
import { Link, useLocation } from "wouter";
import { Failed, Skeleton } from "@/parts/states";
import { useSay } from "@/parts/toasts";
import {
  type Document,
  type Draft,
  useDocument,
  useRemove,
  useSaveDocument,
} from "./data";

const NEW = "new";
type Props = { name: string; mayChange: boolean };

/** One document to read and to change; `new` is one that is not there yet. */
export function DocumentPage({ name, mayChange }: Props) {
  return (
    <div className="screen-page">
      <Link href="/catalogue">← Catalogue</Link>
      {name === NEW ? (
        <Editor mayChange={mayChange} />
      ) : (
        <Existing name={name} mayChange={mayChange} />
      )}
    </div>
  );
}

function Existing({ name, mayChange }: Props) {
  const found = useDocument(name);
  if (found.isPending) return <Skeleton rows={3} height={90} />;
  if (found.isError)
    return <Failed error={found.error} again={() => found.refetch()} />;
  return (
    <Editor key={found.data.version} document={found.data} mayChange={mayChange} />
  );
}

type EditorProps = { document?: Document; mayChange: boolean };

function Editor({ document, mayChange }: EditorProps) {
  const [, go] = useLocation();
  const say = useSay();
  const save = useSaveDocument();
  const remove = useRemove("documents");
  const [name, setName] = useState(document?.id ?? "");
  const [title, setTitle] = useState(document?.title ?? "");
  const [text, setText] = useState(document?.text ?? "");
  const [url, setUrl] = useState(document?.url ?? "");
  const [questions, setQuestions] = useState(document?.questions.join("\n") ?? "");
  const submit = () => {
    const body = {
      title,
      text,
      format: document?.format ?? "markdown",
      questions: linesOf(questions),
      ...(url && { url }),
    } as Draft;
    const to = name || nameFor(title);
    save.mutate(
      { name: to, body },
      {
        onSuccess: () => {
          say(`“${title}” is in the catalogue`);
          go(`/catalogue/documents/${encodeURIComponent(to)}`);
        },
      },
    );
  };
  return (
    <form
      className="card inner"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <h1>{document ? document.title || document.id : "A new document"}</h1>
      <div className="field">
        <label htmlFor="document-title">Title</label>
        <input
          id="document-title"
          className="input"
          required
          readOnly={!mayChange}
          value={title}
          onChange={(event) => setTitle(event.target.value)}
        />
      </div>
      {!document && (
        <div className="field">
          <label htmlFor="document-name">Id</label>
          <input
            id="document-name"
            className="input"
            placeholder={nameFor(title) || "upload-limits"}
            value={name}
            onChange={(event) => setName(event.target.value.trim())}
          />
        </div>
      )}
      <div className="field">
        <label htmlFor="document-text">Text</label>
        <textarea
          id="document-text"
          className="input tall"
          required
          readOnly={!mayChange}
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
        {document && document.passages_omitted > 0 && (
          <span className="hint">
            {document.passages_omitted} passages are beyond what is searched: part it.
          </span>
        )}
      </div>
      <div className="field">
        <label htmlFor="document-questions">Example questions, one a line</label>
        <textarea
          id="document-questions"
          className="input"
          readOnly={!mayChange}
          value={questions}
          onChange={(event) => setQuestions(event.target.value)}
        />
        <span className="hint">Three of them help more than any other change.</span>
      </div>
      <div className="field">
        <label htmlFor="document-url">Where users read it whole</label>
        <input
          id="document-url"
          className="input"
          type="url"
          readOnly={!mayChange}
          value={url}
          onChange={(event) => setUrl(event.target.value)}
        />
      </div>
      {save.isError && <Failed error={save.error} />}
      {remove.isError && <Failed error={remove.error} />}
      {mayChange && (
        <div className="foot">
          {document && (
            <button
              type="button"
              className="button quiet"
              onClick={() =>
                remove.mutate(document.id, { onSuccess: () => go("/catalogue") })
              }
            >
              Remove
            </button>
          )}
          <button className="button primary" type="submit" disabled={save.isPending}>
            Save document
          </button>
        </div>
      )}
    </form>
  );
}

/** Returns an id for a title: `Upload limits` becomes `upload-limits`. */
export function nameFor(title: string): string {
  const plain = title.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  return plain.replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-+|-+$/g, "");
}

/** Returns the lines that say something. */
export function linesOf(text: string): string[] {
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean);
}
