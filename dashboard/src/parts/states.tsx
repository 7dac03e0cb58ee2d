import type { ReactNode } from "react";
import { Problem } from "@/api/problem";

/** Nothing is there: what it is for, and what to do next. */
export function Empty({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <div className="empty">
      <h2>{title}</h2>
      {children}
    </div>
  );
}

/** What failed, and what to do; the rest of the screen goes on. */
export function Failed({ error, again }: { error: unknown; again?: () => void }) {
  const problem = error instanceof Problem ? error : null;
  const where = problem ? ` (${problem.service}, ${problem.status})` : "";
  return (
    <div className="notice bad" role="alert">
      <strong>
        {problem?.title ?? "The service cannot be reached"}
        {where}
      </strong>
      <span>{error instanceof Error ? error.message : "Nothing answered."}</span>
      {again && (
        <div>
          <button type="button" className="button" onClick={again}>
            Try again
          </button>
        </div>
      )}
    </div>
  );
}

/** Grey rows where content will stand. */
export function Skeleton({ rows, height }: { rows: number; height: number }) {
  return (
    <div aria-busy="true">
      <span className="sr-only">Loading</span>
      {Array.from({ length: rows }, (_, row) => (
        <div
          // biome-ignore lint/suspicious/noArrayIndexKey: the rows are all alike
          key={row}
          className="skeleton"
          style={{ height, margin: 8 }}
        />
      ))}
    </div>
  );
}
