import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["{engine,shaders,renderer,electron,build}/**/*.test.{ts,tsx}"],
    environment: "node",
    testTimeout: 60_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
  },
});
