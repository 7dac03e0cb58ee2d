import {
  createContext,
  type ReactNode,
  useCallback,
  useContext,
  useMemo,
  useRef,
  useState,
} from "react";

type Toast = { id: number; text: string; undo?: (() => void) | undefined };
type Say = (text: string, undo?: () => void) => void;

const SHOWN_MS = 6_000;
const Saying = createContext<Say>(() => {});

/** Says what was done, and offers to take it back. */
export const useSay = () => useContext(Saying);

export function ToastProvider({ children }: { children: ReactNode }) {
  const [toasts, setToasts] = useState<Toast[]>([]);
  const next = useRef(0);
  const drop = useCallback(
    (id: number) => setToasts((all) => all.filter((each) => each.id !== id)),
    [],
  );
  const say = useMemo<Say>(
    () => (text, undo) => {
      const id = next.current++;
      setToasts((all) => [...all.slice(-2), { id, text, undo }]);
      setTimeout(() => drop(id), SHOWN_MS);
    },
    [drop],
  );
  return (
    <Saying.Provider value={say}>
      {children}
      <div className="toasts" role="status" aria-live="polite">
        {toasts.map(({ id, text, undo }) => (
          <div className="toast" key={id}>
            <span>{text}</span>
            {undo && (
              <button
                type="button"
                onClick={() => {
                  undo();
                  drop(id);
                }}
              >
                Undo
              </button>
            )}
          </div>
        ))}
      </div>
    </Saying.Provider>
  );
}
