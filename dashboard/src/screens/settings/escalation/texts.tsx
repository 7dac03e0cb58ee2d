import { useQuery } from "@tanstack/react-query";
import { useDeferredValue, useState } from "react";
import { dataOf, escalator, type Schemas } from "@/api/clients";
import { Failed } from "@/parts/states";
import { type Settings, useSaveSettings } from "../data";

type Messages = Record<string, unknown> & { [name in Name]?: string | null };
type Name = "handoff" | "saved" | "delivered" | "acknowledged" | "delayed" | "resolved";

const TEXTS: { name: Name; label: string; hint: string }[] = [
  { name: "handoff", label: "Hand-off", hint: "When the request goes to people" },
  { name: "saved", label: "Saved", hint: "No destination has accepted it yet" },
  { name: "delivered", label: "Delivered", hint: "A destination has accepted it" },
  { name: "acknowledged", label: "Acknowledged", hint: "Somebody has taken it" },
  { name: "delayed", label: "Delayed", hint: "It could not be delivered so far" },
  { name: "resolved", label: "Resolved", hint: "The team is done" },
];
const VARIABLES = ["{number}", "{expected_by}", "{reason}", "{app}"];

type Props = { settings: Settings; mayChange: boolean };

/** What users are told, with the chat beside it as they will read it. */
export function Texts({ settings, mayChange }: Props) {
  const stored = (settings.messages ?? {}) as Messages;
  const [draft, setDraft] = useState<Messages>(stored);
  const [hours, setHours] = useState<"inside" | "outside">("inside");
  const [language, setLanguage] = useState("en");
  const save = useSaveSettings();
  const isChanged = TEXTS.some(({ name }) => draft[name] !== stored[name]);
  const preview = usePreview(useDeferredValue(draft), hours, language);
  return (
    <fieldset className="card group">
      <legend>What users are told</legend>
      <p className="faint">
        Variables: {VARIABLES.join(" ")}. An assistant of your own replaces the hand-off
        with <code>useAssistant({"{ escalationMessage: '…' }"})</code>.
      </p>
      <div className="two">
        <form
          className="inner"
          onSubmit={(event) => {
            event.preventDefault();
            save.mutate({ messages: draft as unknown as Schemas["ExactMessages"] });
          }}
        >
          {TEXTS.map(({ name, label, hint }) => (
            <div className="field" key={name}>
              <label htmlFor={`text-${name}`}>{label}</label>
              <textarea
                id={`text-${name}`}
                className="input short"
                readOnly={!mayChange}
                value={draft[name] ?? ""}
                onChange={(event) => setDraft({ ...draft, [name]: event.target.value })}
              />
              <span className="hint">{hint}</span>
            </div>
          ))}
          {save.isError && <Failed error={save.error} />}
          {mayChange && (
            <div className="foot">
              <button
                type="button"
                className="button quiet"
                disabled={!isChanged}
                onClick={() => setDraft(stored)}
              >
                Undo
              </button>
              <button
                className="button primary"
                type="submit"
                disabled={!isChanged || save.isPending}
              >
                Save texts
              </button>
            </div>
          )}
        </form>
        <section className="phone" aria-label="Preview">
          <div className="filters">
            <label className="sr-only" htmlFor="preview-hours">
              Hours
            </label>
            <select
              id="preview-hours"
              className="input"
              value={hours}
              onChange={(event) => setHours(event.target.value as typeof hours)}
            >
              <option value="inside">In business hours</option>
              <option value="outside">Out of hours</option>
            </select>
            <label className="sr-only" htmlFor="preview-language">
              Language
            </label>
            <select
              id="preview-language"
              className="input"
              value={language}
              onChange={(event) => setLanguage(event.target.value)}
            >
              {(preview.data?.languages ?? ["en"]).map((each) => (
                <option key={each}>{each}</option>
              ))}
            </select>
          </div>
          {preview.isError && <Failed error={preview.error} />}
          <ol className="transcript">
            <li className="teammate">
              <p>The upload of my 20 MB file fails.</p>
            </li>
            {TEXTS.map(({ name, label }) => {
              const said = preview.data?.texts[name]?.[language]?.[hours];
              return said ? (
                <li className="assistant" key={name}>
                  <span className="by">{label}</span>
                  <p>{said}</p>
                </li>
              ) : null;
            })}
          </ol>
        </section>
      </div>
    </fieldset>
  );
}

function usePreview(texts: Messages, hours: "inside" | "outside", language: string) {
  return useQuery({
    queryKey: ["preview", texts, hours, language],
    queryFn: ({ signal }) =>
      dataOf(
        escalator.POST("/v1/settings/preview", {
          body: {
            texts: texts as unknown as Schemas["ExactMessages"],
            context: { hours, language } as Schemas["PreviewContext"],
          },
          signal,
        }),
      ),
    placeholderData: (before) => before,
  });
}
