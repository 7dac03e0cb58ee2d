// Writes src/api/types/<service>.ts from src/api/openapi/<service>.json.
import { mkdir, readdir, writeFile } from "node:fs/promises";
import openapiTS, { astToString } from "openapi-typescript";

const from = new URL("../src/api/openapi/", import.meta.url);
const to = new URL("../src/api/types/", import.meta.url);

await mkdir(to, { recursive: true });
for (const name of await readdir(from)) {
  const made = astToString(await openapiTS(new URL(name, from)));
  await writeFile(new URL(name.replace(/json$/, "ts"), to), made);
}
