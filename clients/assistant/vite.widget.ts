import { defineConfig } from "vite";

export default defineConfig({
  build: {
    target: "es2022",
    emptyOutDir: false,
    lib: {
      entry: "src/widget/register.ts",
      formats: ["es"],
      fileName: () => "assistant.js",
    },
  },
});
