import { useState } from "react";
import { Link } from "wouter";
import { Choices } from "@/parts/choices";
import { Time } from "@/parts/clock";
import { More } from "@/parts/more";
import { Empty, Failed, Skeleton } from "@/parts/states";
import { may, type Session } from "@/session/session";
import { useActions, useDocuments, useRemove } from "./data";
import { DocumentPage } from "./document";
import { Importer } from "./importer";
import { Trying } from "./trying";
import "./catalogue.css";

type Props = { session: Session; document?: string | undefined };
const TABS = [
  { value: "documents", label: "Documents" },
  { value: "actions", label: "Actions" },
] as const;
type Tab = (typeof TABS)[number]["value"];

/** What the assistant can answer and do, and a box to try it with. */
export default function Catalogue({ session, document }: Props) {
  const [tab, setTab] = useState<Tab>("documents");
  const mayChange = may(session, "admin");
  if (document) return <DocumentPage name={document} mayChange={mayChange} />;
  return (
    <div className="screen-page">
      <header>
        <h1>Catalogue</h1>
        <Choices legend="What is shown" options={TABS} chosen={tab} onChoose={setTab} />
      </header>
      <Trying />
      {tab === "documents" ? (
        <Documents mayChange={mayChange} />
      ) : (
        <Actions mayChange={mayChange} />
      )}
    </div>
  );
}

function Documents({ mayChange }: { mayChange: boolean }) {
  const found = useDocuments();
  const items = found.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <>
      {mayChange && <Importer />}
      {found.isPending && <Skeleton rows={5} height={44} />}
      {found.isError && <Failed error={found.error} again={() => found.refetch()} />}
      {found.isSuccess && items.length === 0 && (
        <Empty title="No documents yet">
          <p>Import a folder of Markdown, HTML or text, or write the first one.</p>
        </Empty>
      )}
      {items.length > 0 && (
        <div className="card scroll-x">
          <table>
            <thead>
              <tr>
                <th>Title</th>
                <th>Example questions</th>
                <th>Changed</th>
              </tr>
            </thead>
            <tbody>
              {items.map((each) => (
                <tr key={each.id}>
                  <td>
                    <Link href={`/catalogue/documents/${encodeURIComponent(each.id)}`}>
                      {each.title || each.id}
                    </Link>
                    <div className="faint">{each.id}</div>
                  </td>
                  <td className="number">{each.questions.length}</td>
                  <td>
                    <Time at={each.updated_at} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      <More pages={found} />
    </>
  );
}

function Actions({ mayChange }: { mayChange: boolean }) {
  const found = useActions();
  const remove = useRemove("actions");
  const items = found.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <>
      {found.isPending && <Skeleton rows={5} height={44} />}
      {found.isError && <Failed error={found.error} again={() => found.refetch()} />}
      {remove.isError && <Failed error={remove.error} />}
      {found.isSuccess && items.length === 0 && (
        <Empty title="No actions yet">
          <p>
            An assistant brings its own, or add them with{" "}
            <code>PUT /resolver/v1/actions/{"{name}"}</code>.
          </p>
        </Empty>
      )}
      <ul className="actions">
        {items.map((each) => (
          <li className="card" key={each.name}>
            <div className="line">
              <strong>{each.name}</strong>
              {each.approvalRequired && <span className="chip warn">asks first</span>}
              <span className="chip">
                {each.endpoint ? "Handrail calls it" : "the platform runs it"}
              </span>
              <span className="grow" />
              {mayChange && (
                <button
                  type="button"
                  className="button quiet"
                  disabled={remove.isPending}
                  onClick={() => remove.mutate(each.name)}
                >
                  Remove
                </button>
              )}
            </div>
            <p>{each.description}</p>
            {each.examples.length > 0 && (
              <p className="faint">“{each.examples.slice(0, 3).join("”, “")}”</p>
            )}
            <details>
              <summary>Parameters</summary>
              <pre>{JSON.stringify(each.parameters, null, 2)}</pre>
            </details>
          </li>
        ))}
      </ul>
      <More pages={found} />
    </>
  );
}
