import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

const ORIGIN = process.env.HANDRAIL_URL ?? "http://127.0.0.1:8600";
const SERVICES = ["/resolver", "/escalator", "/notifier", "/analytics"];

export default defineConfig({
  plugins: [react()],
  resolve: {
    alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) },
  },
  build: {
    target: "es2022",
    // Everything is a file of this origin: the policy allows no data: address.
    assetsInlineLimit: 0,
    reportCompressedSize: true,
  },
  server: {
    proxy: Object.fromEntries(SERVICES.map((each) => [each, ORIGIN])),
  },
  test: {
    environment: "happy-dom",
    setupFiles: ["./src/testing/setup.ts"],
    restoreMocks: true,
  },
});
