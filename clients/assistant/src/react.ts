import {
  type FormEvent,
  useCallback,
  useEffect,
  useMemo,
  useRef,
  useState,
  useSyncExternalStore,
} from "react";
import { Assistant } from "./core";
import type { Options } from "./types";

export type * from "./types";

/**
 * One conversation with the assistant of your app.
 *
 * `const { messages, sendMessage, escalation } = useAssistant({ availableActions })`
 *
 * The conversation is kept in this browser, so a reload goes on with it.
 */
export function useAssistant(options: Options) {
  const latest = useRef(options);
  latest.current = options;
  // Another user or another conversation is another assistant; other options are not.
  const { endUserId, conversationId, apiUrl, tokenEndpoint } = options;
  // biome-ignore lint/correctness/useExhaustiveDependencies: what makes it another one
  const assistant = useMemo(
    () => new Assistant(latest.current),
    [endUserId, conversationId, apiUrl, tokenEndpoint],
  );
  assistant.options = options;
  useEffect(() => assistant.start(), [assistant]);
  const state = useSyncExternalStore(
    assistant.subscribe,
    assistant.getState,
    assistant.getState,
  );
  const [input, setInput] = useState("");
  const handleSubmit = useCallback(
    (event?: FormEvent) => {
      event?.preventDefault();
      if (!input.trim()) return;
      setInput("");
      void assistant.sendMessage(input);
    },
    [assistant, input],
  );
  return {
    ...state,
    input,
    setInput,
    handleSubmit,
    sendMessage: useBound(assistant, "sendMessage"),
    requestPerson: useBound(assistant, "requestPerson"),
    withdraw: useBound(assistant, "withdraw"),
    provideContact: useBound(assistant, "provideContact"),
    rate: useBound(assistant, "rate"),
    refreshToken: useBound(assistant, "refreshToken"),
    addToolApprovalResponse: useBound(assistant, "addToolApprovalResponse"),
  };
}

type Verb =
  | "sendMessage"
  | "requestPerson"
  | "withdraw"
  | "provideContact"
  | "rate"
  | "refreshToken"
  | "addToolApprovalResponse";

function useBound<Name extends Verb>(
  assistant: Assistant,
  name: Name,
): Assistant[Name] {
  return useMemo(
    () => assistant[name].bind(assistant) as Assistant[Name],
    [assistant, name],
  );
}
