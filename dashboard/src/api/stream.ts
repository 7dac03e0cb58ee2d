import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";

const PATH = "/escalator/v1/escalations/stream";
/** Changes within this time become one reading of the list: 50 a second do not stutter. */
const GATHER_MS = 400;

export type Line = "connecting" | "live" | "lost";

/**
 * Follows the app's escalations and marks as old what was read of them.
 *
 * One stream a tab. The browser connects again by itself and resumes with
 * `Last-Event-ID`; `reset` says that changes were missed.
 */
export function useLiveEscalations(): Line {
  const queries = useQueryClient();
  const [line, setLine] = useState<Line>("connecting");

  useEffect(() => {
    const changed = new Set<string>();
    let waiting: ReturnType<typeof setTimeout> | undefined;
    const tell = () => {
      waiting = undefined;
      void queries.invalidateQueries({ queryKey: ["escalations"] });
      for (const id of changed) {
        void queries.invalidateQueries({ queryKey: ["escalation", id] });
      }
      changed.clear();
    };
    const note = (event: MessageEvent<string>) => {
      for (const id of namesIn(event.data)) changed.add(id);
      waiting ??= setTimeout(tell, GATHER_MS);
    };
    const source = new EventSource(PATH, { withCredentials: true });
    source.addEventListener("open", () => setLine("live"));
    source.addEventListener("error", () => setLine("lost"));
    for (const kind of ["opened", "updated", "reset"]) {
      source.addEventListener(kind, note);
    }
    return () => {
      source.close();
      clearTimeout(waiting);
    };
  }, [queries]);

  return line;
}

/** Returns the names under which the changed escalation may be open. */
export function namesIn(data: string): string[] {
  try {
    const { escalation_id, number } = JSON.parse(data) as Record<string, unknown>;
    return [escalation_id, number].filter((each) => typeof each === "string");
  } catch {
    return [];
  }
}
