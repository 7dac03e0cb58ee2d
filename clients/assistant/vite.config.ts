import { defineConfig } from "vitest/config";

export default defineConfig({
  build: {
    target: "es2022",
    lib: {
      entry: { core: "src/core.ts", react: "src/react.ts", token: "src/token.ts" },
      formats: ["es"],
    },
    rollupOptions: { external: ["react"] },
  },
  test: { environment: "happy-dom" },
});
