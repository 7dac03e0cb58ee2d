import {
  useInfiniteQuery,
  useMutation,
  useQuery,
  useQueryClient,
} from "@tanstack/react-query";
import { dataOf, resolver } from "@/api/clients";
import type { components } from "@/api/types/resolver";

type Schemas = components["schemas"];
export type Document = Schemas["DocumentView"];
export type Action = Schemas["ActionView"];
export type Trial = Schemas["TrialResult"];
const PAGE = 50;

/** The app's documents, a page at a time. */
export function useDocuments() {
  return useInfiniteQuery({
    queryKey: ["documents"],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) =>
      dataOf(
        resolver.GET("/v1/documents", {
          params: { query: { limit: PAGE, ...(pageParam && { cursor: pageParam }) } },
          signal,
        }),
      ),
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });
}

/** The app's actions, a page at a time. */
export function useActions() {
  return useInfiniteQuery({
    queryKey: ["actions"],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) =>
      dataOf(
        resolver.GET("/v1/actions", {
          params: { query: { limit: PAGE, ...(pageParam && { cursor: pageParam }) } },
          signal,
        }),
      ),
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });
}

/** One document, with its text. */
export function useDocument(name: string) {
  return useQuery({
    queryKey: ["document", name],
    queryFn: ({ signal }) =>
      dataOf(
        resolver.GET("/v1/documents/{name}", { params: { path: { name } }, signal }),
      ),
  });
}

export type Draft = Schemas["DocumentBody"];

/** Makes or changes a document. */
export function useSaveDocument() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ name, body }: { name: string; body: Draft }) =>
      dataOf(
        resolver.PUT("/v1/documents/{name}", { params: { path: { name } }, body }),
      ),
    onSettled: (_, __, { name }) => {
      void queries.invalidateQueries({ queryKey: ["documents"] });
      return queries.invalidateQueries({ queryKey: ["document", name] });
    },
  });
}

/** Takes a document or an action away. */
export function useRemove(kind: "documents" | "actions") {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (name: string) =>
      resolver.DELETE(`/v1/${kind}/{name}` as "/v1/documents/{name}", {
        params: { path: { name } },
      }),
    onSettled: () => queries.invalidateQueries({ queryKey: [kind] }),
  });
}

/** Imports files: Markdown, HTML and text by themselves, or whole archives. */
export function useImport() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (files: File[]) => {
      const form = new FormData();
      for (const file of files) {
        form.append("files", file, file.webkitRelativePath || file.name);
      }
      return dataOf(
        resolver.POST("/v1/documents/import", {
          body: form as never,
          bodySerializer: (body) => body as unknown as FormData,
        }),
      );
    },
    onSettled: () => queries.invalidateQueries({ queryKey: ["documents"] }),
  });
}

/** Asks what would come of a message; nothing is published and nothing is run. */
export function useTrial() {
  return useMutation({
    mutationFn: (text: string) =>
      dataOf(resolver.POST("/v1/try", { body: { text } as Schemas["TrialBody"] })),
  });
}
