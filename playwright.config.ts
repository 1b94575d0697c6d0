import { defineConfig } from '@playwright/test'
import type { LaunchOptions } from '@playwright/test'

const PORT = 4179
/** scripts/e2e.mjs has found a browser that launches; without it Playwright's own is tried. */
const launchOptions = JSON.parse(process.env.APISCOPE_BROWSER ?? '{}') as LaunchOptions

export default defineConfig({
  testDir: 'e2e',
  timeout: 60_000,
  fullyParallel: true,
  workers: process.env.CI ? 2 : undefined,
  forbidOnly: Boolean(process.env.CI),
  reporter: [['list'], ['json', { outputFile: 'test-results/e2e.json' }]],
  use: {
    baseURL: `http://127.0.0.1:${PORT}/`,
    viewport: { width: 1440, height: 900 },
    serviceWorkers: 'block',
    trace: 'retain-on-failure',
    launchOptions,
  },
  webServer: {
    command: `node scripts/serve.mjs --port ${PORT}`,
    url: `http://127.0.0.1:${PORT}/`,
    reuseExistingServer: false,
    timeout: 180_000,
  },
})
