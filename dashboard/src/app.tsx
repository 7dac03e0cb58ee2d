import {
  BarChart3,
  BookOpen,
  Inbox as InboxIcon,
  Puzzle,
  Send,
  Settings as SettingsIcon,
} from "lucide-react";
import { lazy, type ReactNode, Suspense } from "react";
import { Link, Route, Switch, useLocation } from "wouter";
import { useLiveEscalations } from "@/api/stream";
import { Empty, Failed, Skeleton } from "@/parts/states";
import { Inbox } from "@/screens/inbox/inbox";
import { type Session, useSession, useSignOut } from "@/session/session";
import { SignIn } from "@/session/sign_in";

const Catalogue = lazy(() => import("@/screens/catalogue/catalogue"));
const Deliveries = lazy(() => import("@/screens/deliveries/deliveries"));
const Patterns = lazy(() => import("@/screens/patterns/patterns"));
const Settings = lazy(() => import("@/screens/settings/settings"));
const Trends = lazy(() => import("@/screens/trends/trends"));

const SCREENS = [
  { href: "/", label: "Inbox", icon: InboxIcon },
  { href: "/patterns", label: "Patterns", icon: Puzzle },
  { href: "/trends", label: "Trends", icon: BarChart3 },
  { href: "/catalogue", label: "Catalogue", icon: BookOpen },
  { href: "/deliveries", label: "Deliveries", icon: Send },
  { href: "/settings", label: "Settings", icon: SettingsIcon },
];

/** The whole page: a question for who is there, or the frame with one screen. */
export function App() {
  const session = useSession();
  if (session.isPending) return <Skeleton rows={4} height={64} />;
  if (session.isError) {
    return <Failed error={session.error} again={() => session.refetch()} />;
  }
  return session.data ? <SignedIn session={session.data} /> : <SignIn />;
}

function SignedIn({ session }: { session: Session }) {
  const line = useLiveEscalations();
  return (
    <Frame session={session} lost={line === "lost"}>
      <Suspense fallback={<Skeleton rows={6} height={72} />}>
        <Switch>
          <Route path="/">
            <Inbox session={session} />
          </Route>
          <Route path="/escalations/:name">
            {({ name }) => <Inbox session={session} open={decodeURIComponent(name)} />}
          </Route>
          <Route path="/catalogue">
            <Catalogue session={session} />
          </Route>
          <Route path="/catalogue/documents/:name">
            {({ name }) => (
              <Catalogue session={session} document={decodeURIComponent(name)} />
            )}
          </Route>
          <Route path="/deliveries">
            <Deliveries session={session} />
          </Route>
          <Route path="/patterns">
            <Patterns session={session} />
          </Route>
          <Route path="/patterns/:id">
            {({ id }) => <Patterns session={session} open={decodeURIComponent(id)} />}
          </Route>
          <Route path="/settings/*?">
            <Settings session={session} />
          </Route>
          <Route path="/trends">
            <Trends />
          </Route>
          <Route>
            <Empty title="There is no such page">
              <Link href="/">To the inbox</Link>
            </Empty>
          </Route>
        </Switch>
      </Suspense>
    </Frame>
  );
}

type FrameProps = { session: Session; lost: boolean; children: ReactNode };

function Frame({ session, lost, children }: FrameProps) {
  const [path] = useLocation();
  const signOut = useSignOut();
  const who = session.member?.name || session.member?.email || `Key, ${session.role}`;
  return (
    <div className="frame">
      <nav className="rail" aria-label="Screens">
        <span className="brand">
          <img src="/mark.svg" alt="" /> Handrail
        </span>
        {SCREENS.map(({ href, label, icon: Icon }) => (
          <Link
            key={href}
            href={href}
            className="screen"
            aria-current={isOn(path, href) ? "page" : undefined}
          >
            <Icon size={18} aria-hidden="true" />
            {label}
          </Link>
        ))}
        <div className="foot">
          <strong>{session.app_name || session.app_id}</strong>
          <span className="who">{who}</span>
          {lost && <span className="chip warn">Connection lost, trying again</span>}
          <button type="button" className="button" onClick={() => signOut.mutate()}>
            Sign out
          </button>
        </div>
      </nav>
      <main>{children}</main>
    </div>
  );
}

function isOn(path: string, href: string): boolean {
  if (href === "/") return path === "/" || path.startsWith("/escalations");
  return path.startsWith(href);
}
