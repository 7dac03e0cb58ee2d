import { Link, Redirect, Route, Switch, useLocation } from "wouter";
import { Failed, Skeleton } from "@/parts/states";
import { may, type Session } from "@/session/session";
import { useSettings } from "./data";
import { ChooseDestination } from "./escalation/destinations";
import { HoursCard } from "./escalation/hours_card";
import { Texts } from "./escalation/texts";
import "./settings.css";

const PAGES = [{ href: "/settings/escalation", label: "Escalation" }];

/** The app's settings, one page a subject. */
export default function SettingsScreen({ session }: { session: Session }) {
  const [path] = useLocation();
  return (
    <div className="screen-page settings">
      <header>
        <h1>Settings</h1>
        <nav className="filters" aria-label="Settings">
          {PAGES.map(({ href, label }) => (
            <Link
              key={href}
              href={href}
              aria-current={path.startsWith(href) ? "page" : undefined}
            >
              {label}
            </Link>
          ))}
        </nav>
      </header>
      <Switch>
        <Route path="/settings/escalation">
          <Escalation session={session} />
        </Route>
        <Route>
          <Redirect to="/settings/escalation" replace />
        </Route>
      </Switch>
    </div>
  );
}

function Escalation({ session }: { session: Session }) {
  const found = useSettings();
  const mayChange = may(session, "admin");
  return (
    <>
      {!mayChange && (
        <div className="notice">
          You may look. Changes need the role <strong>admin</strong>.
        </div>
      )}
      <ChooseDestination mayChange={mayChange} />
      {found.isPending && <Skeleton rows={3} height={120} />}
      {found.isError && <Failed error={found.error} again={() => found.refetch()} />}
      {found.data && (
        <>
          <Texts settings={found.data.settings} mayChange={mayChange} />
          <HoursCard settings={found.data.settings} mayChange={mayChange} />
        </>
      )}
    </>
  );
}
