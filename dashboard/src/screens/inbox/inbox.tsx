import { useCallback, useMemo, useState } from "react";
import { useLocation, useSearch } from "wouter";
import { Empty, Failed, Skeleton } from "@/parts/states";
import type { Session } from "@/session/session";
import { useEscalations } from "./data";
import { Detail } from "./detail";
import { KEYS, useKeys } from "./keys";
import { EscalationList } from "./list";
import {
  addressOf,
  type Filters,
  filtersOf,
  type Item,
  VIEWS,
  type ViewName,
} from "./views";
import { REASONS } from "./words";

type Props = { session: Session; open?: string | undefined };

/** What waits, by what is due; one of it open beside the list. */
export function Inbox({ session, open }: Props) {
  const search = useSearch();
  const [, go] = useLocation();
  const filters = useMemo(() => filtersOf(search), [search]);
  const me = session.member?.email ?? null;
  const found = useEscalations(filters, me);
  const [cursor, setCursor] = useState(-1);
  const [showsKeys, setShowsKeys] = useState(false);
  const items = useMemo(
    () => found.data?.pages.flatMap((page) => page.items) ?? [],
    [found.data],
  );
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = found;

  const query = search ? `?${search}` : "";
  const show = useCallback(
    (item: Item) => go(`/escalations/${item.number}${query}`),
    [go, query],
  );
  const close = useCallback(() => go(`/${query}`), [go, query]);
  const more = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);
  const narrow = (change: Partial<Filters>) => {
    const address = addressOf({ ...filters, ...change });
    setCursor(-1);
    go(address ? `/?${address}` : "/");
  };
  const step = (by: number) => {
    const place = Math.max(0, Math.min(items.length - 1, cursor + by));
    setCursor(place);
    const item = items[place];
    if (open && item) show(item);
  };
  useKeys({
    j: () => step(1),
    k: () => step(-1),
    Enter: open
      ? undefined
      : () => {
          const item = items[cursor];
          if (item) show(item);
        },
    "/": () => document.getElementById("search")?.focus(),
    "?": () => setShowsKeys((shown) => !shown),
  });

  return (
    <div className="inbox" data-open={open ? "true" : undefined}>
      <nav className="views" aria-label="Views">
        {(Object.keys(VIEWS) as ViewName[]).map((view) => (
          <button
            key={view}
            type="button"
            aria-current={filters.view === view ? "true" : undefined}
            onClick={() => narrow({ view })}
          >
            {VIEWS[view].label}
          </button>
        ))}
      </nav>
      <section className="middle" aria-label="Escalations">
        <Narrowing filters={filters} onNarrow={narrow} />
        {found.isPending && <Skeleton rows={8} height={60} />}
        {found.isError && <Failed error={found.error} again={() => found.refetch()} />}
        {found.isSuccess && items.length === 0 && <Nothing filters={filters} />}
        {items.length > 0 && (
          <EscalationList
            items={items}
            open={open}
            cursor={cursor}
            onOpen={show}
            onEnd={more}
          />
        )}
      </section>
      {open && (
        <section className="right">
          <Detail key={open} name={open} session={session} onClose={close} />
        </section>
      )}
      {showsKeys && <KeyCard onClose={() => setShowsKeys(false)} />}
    </div>
  );
}

type NarrowingProps = {
  filters: Filters;
  onNarrow: (change: Partial<Filters>) => void;
};

function Narrowing({ filters, onNarrow }: NarrowingProps) {
  const chips = (["reason", "priority", "pattern"] as const).filter(
    (each) => filters[each],
  );
  return (
    <search>
      <form
        className="narrowing"
        onSubmit={(event) => {
          event.preventDefault();
          const q = String(new FormData(event.currentTarget).get("q") ?? "");
          onNarrow({ q: q.trim() });
        }}
      >
        <label className="sr-only" htmlFor="search">
          Search
        </label>
        <input
          key={filters.q}
          id="search"
          name="q"
          type="search"
          className="input"
          placeholder="Search words, names, numbers"
          defaultValue={filters.q}
        />
        <label className="sr-only" htmlFor="reason">
          Reason
        </label>
        <select
          id="reason"
          className="input"
          value={filters.reason}
          onChange={(event) => onNarrow({ reason: event.target.value })}
        >
          <option value="">Any reason</option>
          {Object.entries(REASONS).map(([reason, words]) => (
            <option key={reason} value={reason}>
              {words}
            </option>
          ))}
        </select>
        {chips.map((each) => (
          <button
            key={each}
            type="button"
            className="chip brand"
            aria-label={`Remove ${each}`}
            onClick={() => onNarrow({ [each]: "" })}
          >
            {each}: {filters[each]} ×
          </button>
        ))}
      </form>
    </search>
  );
}

function Nothing({ filters }: { filters: Filters }) {
  if (filters.q || filters.reason || filters.priority || filters.pattern) {
    return (
      <Empty title="Nothing fits">
        <p>Take a filter away, or search for fewer words.</p>
      </Empty>
    );
  }
  if (filters.view === "waiting") {
    return (
      <Empty title="Nobody is waiting">
        <p>What the assistant cannot answer appears here the moment it happens.</p>
      </Empty>
    );
  }
  return (
    <Empty title="Nothing here">
      <p>No escalation is in this view.</p>
    </Empty>
  );
}

function KeyCard({ onClose }: { onClose: () => void }) {
  return (
    <div className="keys" role="dialog" aria-label="Keys">
      <dl>
        {KEYS.map(([key, does]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
      <button type="button" className="button" onClick={onClose}>
        Close
      </button>
    </div>
  );
}
