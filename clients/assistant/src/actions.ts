import type { CalledAction, Options } from "./types";

/** The result of a run, as it goes back to Handrail. */
export type Outcome = {
  status: "succeeded" | "failed" | "denied";
  output?: unknown;
  error?: string;
};

/** Returns the actions of both generations as events carry them. */
export function offered({ actions = [], availableActions = [] }: Options): object[] {
  return [
    ...availableActions,
    ...actions.map(({ name, description, inputSchema, approvalRequired }) => ({
      name,
      description,
      ...(inputSchema && { inputSchema }),
      ...(approvalRequired !== undefined && { approvalRequired }),
    })),
  ];
}

/** Runs an action: its own `execute` where it has one, else `onAction`. */
export async function run(options: Options, call: CalledAction): Promise<Outcome> {
  const action = options.actions?.find((each) => each.name === call.name);
  const act = action?.execute
    ? () => action.execute?.(call.options)
    : options.onAction && (() => options.onAction?.(call));
  if (!act) return { status: "failed", error: `Nothing here runs ${call.name}` };
  try {
    const output = await act();
    return { status: "succeeded", ...(output !== undefined && { output }) };
  } catch (error) {
    return {
      status: "failed",
      error: error instanceof Error ? error.message : String(error),
    };
  }
}
