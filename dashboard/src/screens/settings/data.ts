import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { dataOf, escalator, notifier, type Schemas } from "@/api/clients";

export type Settings = Schemas["SettingsView"];
/** One part of the settings, as a card of the page changes it. */
export type Part = Partial<Schemas["SettingsBody"]>;
type Read = { settings: Settings; etag: string };

const SETTINGS = ["settings"];
const DESTINATIONS = ["destinations"];

/** The app's settings, with the tag that a change of them is compared by. */
export function useSettings() {
  return useQuery({
    queryKey: SETTINGS,
    queryFn: async ({ signal }): Promise<Read> => {
      return readOf(await escalator.GET("/v1/settings", { signal }));
    },
  });
}

function readOf({ data, response }: { data?: unknown; response: Response }): Read {
  if (data === undefined) throw new TypeError("An answer without a body");
  return { settings: data as Settings, etag: response.headers.get("etag") ?? "" };
}

/**
 * Saves one part; the others stay as they are. Where somebody else saved meanwhile it is
 * refused (412), not lost. Our own saves wait for one another: each is compared with
 * what the one before it made.
 */
export function useSaveSettings() {
  const queries = useQueryClient();
  return useMutation({
    scope: { id: "settings" },
    mutationFn: async (part: Part) => {
      const read = queries.getQueryData<Read>(SETTINGS);
      if (!read) throw new TypeError("The settings were not read yet");
      return readOf(
        await escalator.PUT("/v1/settings", {
          params: { header: { "if-match": read.etag } },
          body: part as Schemas["SettingsBody"],
        }),
      );
    },
    onSuccess: (read) => queries.setQueryData(SETTINGS, read),
    onSettled: () => queries.invalidateQueries({ queryKey: SETTINGS }),
  });
}

/** Where the app's teams receive. */
export function useDestinations() {
  return useQuery({
    queryKey: DESTINATIONS,
    queryFn: ({ signal }) =>
      dataOf(
        notifier.GET("/v1/destinations", { params: { query: { limit: 200 } }, signal }),
      ),
  });
}

export type NewDestination =
  | { id: string; kind: "email"; to: string[] }
  | { id: string; kind: "webhook"; url: string; secret?: string };

/** Makes or changes a destination. */
export function useSaveDestination() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ id, ...body }: NewDestination) =>
      dataOf(
        notifier.PUT("/v1/destinations/{destination_id}", {
          params: { path: { destination_id: id } },
          body,
        }),
      ),
    onSettled: () => queries.invalidateQueries({ queryKey: DESTINATIONS }),
  });
}

/** Takes a destination away. */
export function useRemoveDestination() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (id: string) =>
      notifier.DELETE("/v1/destinations/{destination_id}", {
        params: { path: { destination_id: id } },
      }),
    onSettled: () => queries.invalidateQueries({ queryKey: DESTINATIONS }),
  });
}

/** Sends a sample to a destination and returns what its far side answered. */
export function useTestDestination() {
  return useMutation({
    mutationFn: (id: string) =>
      dataOf(
        notifier.POST("/v1/destinations/{destination_id}/test", {
          params: { path: { destination_id: id } },
        }),
      ),
  });
}
