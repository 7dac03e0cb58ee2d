import { Mail, Webhook } from "lucide-react";
import { useState } from "react";
import type { paths } from "@/api/types/notifier";
import { Failed, Skeleton } from "@/parts/states";
import {
  type NewDestination,
  useDestinations,
  useRemoveDestination,
  useSaveDestination,
  useTestDestination,
} from "../data";

type Destination =
  paths["/v1/destinations"]["get"]["responses"]["200"]["content"]["application/json"]["items"][number];
type Kind = NewDestination["kind"];

const KINDS = {
  email: {
    title: "E-mail",
    icon: Mail,
    words:
      "Issues sent to a support email address. Simple setup, works with any workflow.",
  },
  webhook: {
    title: "Webhook",
    icon: Webhook,
    words: "Signed JSON to your own system, by the Standard Webhooks rules.",
  },
} as const;

/** Where a team receives: cards for what can be added, and what is there already. */
export function ChooseDestination({ mayChange }: { mayChange: boolean }) {
  const found = useDestinations();
  const [adding, setAdding] = useState<Kind | null>(null);
  const items = found.data?.items ?? [];
  return (
    <fieldset className="card group">
      <legend>Choose destination</legend>
      {mayChange && (
        <div className="choices">
          {(Object.keys(KINDS) as Kind[]).map((kind) => {
            const { title, words, icon: Icon } = KINDS[kind];
            return (
              <button
                key={kind}
                type="button"
                className="choice"
                aria-pressed={adding === kind}
                onClick={() => setAdding(adding === kind ? null : kind)}
              >
                <Icon size={20} aria-hidden="true" />
                <strong>{title}</strong>
                <span>{words}</span>
              </button>
            );
          })}
        </div>
      )}
      {adding && (
        <DestinationForm
          key={adding}
          kind={adding}
          suggested={items.length === 0 ? "default" : ""}
          onDone={() => setAdding(null)}
        />
      )}
      {found.isPending && <Skeleton rows={2} height={56} />}
      {found.isError && <Failed error={found.error} again={() => found.refetch()} />}
      {found.isSuccess && items.length === 0 && (
        <p className="faint">
          Nobody receives anything yet. What the assistant cannot answer waits in the
          inbox, and the user is told that it is saved.
        </p>
      )}
      <ul className="destinations">
        {items.map((each) => (
          <Row key={each.destination_id} destination={each} mayChange={mayChange} />
        ))}
      </ul>
    </fieldset>
  );
}

type FormProps = { kind: Kind; suggested: string; onDone: () => void };

function DestinationForm({ kind, suggested, onDone }: FormProps) {
  const save = useSaveDestination();
  const [id, setId] = useState(suggested);
  const [to, setTo] = useState("");
  const [secret, setSecret] = useState("");
  const submit = () => {
    const made: NewDestination =
      kind === "email"
        ? { id, kind, to: addressesIn(to) }
        : { id, kind, url: to.trim(), ...(secret && { secret }) };
    save.mutate(made, { onSuccess: onDone });
  };
  return (
    <form
      className="inner"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <div className="field">
        <label htmlFor="destination-id">Name</label>
        <input
          id="destination-id"
          className="input"
          required
          value={id}
          onChange={(event) => setId(event.target.value.trim())}
        />
        <span className="hint">
          Routes name it. New apps send everything to <code>default</code>.
        </span>
      </div>
      <div className="field">
        <label htmlFor="destination-to">
          {kind === "email" ? "E-mail addresses" : "Address of the webhook"}
        </label>
        <input
          id="destination-to"
          className="input"
          required
          placeholder={kind === "email" ? "support@acme.com" : "https://"}
          value={to}
          onChange={(event) => setTo(event.target.value)}
        />
        {kind === "email" && <span className="hint">Several: with a comma.</span>}
      </div>
      {kind === "webhook" && (
        <div className="field">
          <label htmlFor="destination-secret">Secret</label>
          <input
            id="destination-secret"
            className="input"
            type="password"
            autoComplete="off"
            placeholder="whsec_…"
            value={secret}
            onChange={(event) => setSecret(event.target.value)}
          />
          <span className="hint">It signs every call. It is never shown again.</span>
        </div>
      )}
      {save.isError && <Failed error={save.error} />}
      <div className="foot">
        <button type="button" className="button quiet" onClick={onDone}>
          Cancel
        </button>
        <button className="button primary" type="submit" disabled={save.isPending}>
          Save destination
        </button>
      </div>
    </form>
  );
}

type RowProps = { destination: Destination; mayChange: boolean };

function Row({ destination, mayChange }: RowProps) {
  const test = useTestDestination();
  const remove = useRemoveDestination();
  const { destination_id: id, kind, to, url } = destination;
  return (
    <li>
      <div className="line">
        <strong>{id}</strong>
        <span className="chip">{kind === "email" ? "E-mail" : "Webhook"}</span>
        <span className="faint grow">{kind === "email" ? to?.join(", ") : url}</span>
        {mayChange && (
          <>
            <button
              type="button"
              className="button"
              disabled={test.isPending}
              onClick={() => test.mutate(id)}
            >
              {test.isPending ? "Sending …" : "Send a test"}
            </button>
            <button
              type="button"
              className="button quiet"
              disabled={remove.isPending}
              onClick={() => remove.mutate(id)}
            >
              Remove
            </button>
          </>
        )}
      </div>
      {test.data && (
        <p className={`chip ${test.data.delivered ? "good" : "bad"}`} role="status">
          {test.data.delivered ? "Accepted" : "Refused"}: {test.data.proof}
        </p>
      )}
      {test.isError && <Failed error={test.error} />}
      {remove.isError && <Failed error={remove.error} />}
    </li>
  );
}

/** Returns the addresses in what was typed, however they are parted. */
export function addressesIn(typed: string): string[] {
  return typed.split(/[\s,;]+/).filter(Boolean);
}
