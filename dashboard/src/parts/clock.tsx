import { createContext, type ReactNode, useContext, useEffect, useState } from "react";
import { exact, relative, urgencyOf } from "./times";

const TICK_MS = 15_000;
const Now = createContext(Date.now());

/** One clock for all times on the page, so that they change together. */
export function ClockProvider({ children }: { children: ReactNode }) {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), TICK_MS);
    return () => clearInterval(timer);
  }, []);
  return <Now.Provider value={now}>{children}</Now.Provider>;
}

export const useNow = () => useContext(Now);

/** A relative time, with the exact one on hover. */
export function Time({ at }: { at: string }) {
  const now = useNow();
  return (
    <time dateTime={at} title={exact(at)}>
      {relative(at, now)}
    </time>
  );
}

/** The next limit: amber when 80 % of the wait is over, red once it is broken. */
export function Limit({ begin, end }: { begin: string; end: string }) {
  const now = useNow();
  const urgency = urgencyOf(begin, end, now);
  const tone = { calm: "", near: "warn", broken: "bad" }[urgency];
  const words = urgency === "broken" ? "late, due" : "due";
  return (
    <span className={`chip ${tone}`}>
      {words} <Time at={end} />
    </span>
  );
}
