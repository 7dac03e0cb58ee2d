import { useRef } from "react";
import { Link } from "wouter";
import { Failed } from "@/parts/states";
import { useImport } from "./data";

const ACCEPTED = ".md,.markdown,.html,.htm,.txt,.zip,.tar.gz,.tgz";

/** Brings a folder or files in, and says of each what became of it. */
export function Importer() {
  const folder = useRef<HTMLInputElement>(null);
  const importing = useImport();
  const take = (files: FileList | null) => {
    if (files?.length) importing.mutate([...files]);
  };
  return (
    <section className="card inner" aria-label="Add documents">
      <div className="line">
        <label className="button" htmlFor="import-files">
          Import files
        </label>
        <input
          id="import-files"
          className="sr-only"
          type="file"
          multiple
          accept={ACCEPTED}
          onChange={(event) => {
            take(event.target.files);
            event.target.value = "";
          }}
        />
        <label className="button" htmlFor="import-folder">
          Import a folder
        </label>
        <input
          id="import-folder"
          ref={(node) => {
            folder.current = node;
            // A property of every browser, which React's types do not know.
            node?.setAttribute("webkitdirectory", "");
          }}
          className="sr-only"
          type="file"
          multiple
          onChange={(event) => {
            take(event.target.files);
            event.target.value = "";
          }}
        />
        <Link className="button" href="/catalogue/documents/new">
          Write a document
        </Link>
        <span className="faint">Markdown, HTML, text, or an archive of them</span>
      </div>
      {importing.isPending && (
        <p role="status">
          Importing {importing.variables.length} file
          {importing.variables.length === 1 ? "" : "s"} …
        </p>
      )}
      {importing.isError && <Failed error={importing.error} />}
      {importing.data && (
        <div role="status">
          <p>
            {importing.data.imported.length} imported
            {importing.data.skipped.length > 0 &&
              `, ${importing.data.skipped.length} left out:`}
          </p>
          <ul className="faint">
            {importing.data.skipped.map((each) => (
              <li key={each.name}>
                {each.name}: {each.reason}
              </li>
            ))}
          </ul>
        </div>
      )}
    </section>
  );
}
