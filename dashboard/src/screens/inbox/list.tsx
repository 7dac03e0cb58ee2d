import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useRef } from "react";
import { Limit, Time } from "@/parts/clock";
import type { Item } from "./views";
import { nameOf, REASONS, STATUSES, wordFor } from "./words";

const ROW_PX = { comfortable: 76, compact: 60 };
const AHEAD = 8;

type Props = {
  items: Item[];
  open: string | undefined;
  cursor: number;
  onOpen: (item: Item) => void;
  onEnd: () => void;
};

/** The list, of which only what is on the screen is in the page. */
export function EscalationList({ items, open, cursor, onOpen, onEnd }: Props) {
  const scroller = useRef<HTMLDivElement>(null);
  const compact = document.documentElement.dataset.density === "compact";
  const rows = useVirtualizer({
    count: items.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => (compact ? ROW_PX.compact : ROW_PX.comfortable),
    overscan: AHEAD,
    getItemKey: (row) => items[row]?.escalation_id ?? row,
  });
  const shown = rows.getVirtualItems();
  const last = shown.at(-1)?.index ?? 0;

  useEffect(() => {
    if (last >= items.length - AHEAD) onEnd();
  }, [last, items.length, onEnd]);
  useEffect(() => {
    if (cursor >= 0) rows.scrollToIndex(cursor);
  }, [cursor, rows]);

  return (
    <div className="list" ref={scroller}>
      <ul style={{ height: rows.getTotalSize(), position: "relative" }}>
        {shown.map(({ index, key, size, start }) => {
          const item = items[index];
          return (
            item && (
              <li
                key={key}
                style={{ height: size, transform: `translateY(${start}px)` }}
              >
                <Row
                  item={item}
                  isOpen={open === item.escalation_id || open === item.number}
                  isCursor={cursor === index}
                  onOpen={onOpen}
                />
              </li>
            )
          );
        })}
      </ul>
    </div>
  );
}

type RowProps = {
  item: Item;
  isOpen: boolean;
  isCursor: boolean;
  onOpen: (item: Item) => void;
};

function Row({ item, isOpen, isCursor, onOpen }: RowProps) {
  const status = STATUSES[item.status] ?? { label: item.status, tone: "" };
  return (
    <a
      className="row"
      href={`/escalations/${item.number}`}
      aria-current={isOpen ? "true" : undefined}
      data-cursor={isCursor || undefined}
      onClick={(event) => {
        if (event.metaKey || event.ctrlKey) return;
        event.preventDefault();
        onOpen(item);
      }}
    >
      <span className="sentence">{item.summary || "(no words)"}</span>
      <span className="meta">
        <span className="number">{item.number}</span>
        <span className={`chip ${status.tone}`}>{status.label}</span>
        {item.priority !== "normal" && (
          <span className={`chip ${item.priority === "urgent" ? "bad" : "warn"}`}>
            {item.priority}
          </span>
        )}
        <span>{nameOf(item.user)}</span>
        <span>{wordFor(REASONS, item.reason)}</span>
        {item.pattern && <span>{item.pattern.label}</span>}
      </span>
      <span className="side">
        {item.due_at ? (
          <Limit begin={item.waiting_since ?? item.opened_at} end={item.due_at} />
        ) : (
          <Time at={item.opened_at} />
        )}
        {item.assignee && <span className="assignee">{item.assignee}</span>}
      </span>
    </a>
  );
}
