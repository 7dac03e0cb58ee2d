import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { Problem } from "@/api/problem";
import { App } from "@/app";
import { ClockProvider } from "@/parts/clock";
import { ToastProvider } from "@/parts/toasts";
import { followOldAddress } from "@/session/session";
import "@/styles/tokens.css";
import "@/styles/parts.css";
import "@/styles/frame.css";
import "@/styles/inbox.css";
import "@/styles/screens.css";

const MAX_TRIES = 3;

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      refetchOnWindowFocus: false,
      // What a service refused it refuses again; what did not answer may answer soon.
      retry: (tries, error) =>
        tries < MAX_TRIES && !(error instanceof Problem && error.status < 500),
    },
  },
});

followOldAddress();
const root = document.getElementById("root");
if (!root) throw new TypeError("The page has no root");
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={queries}>
      <ClockProvider>
        <ToastProvider>
          <App />
        </ToastProvider>
      </ClockProvider>
    </QueryClientProvider>
  </StrictMode>,
);
