// Runs the end-to-end tests in a real browser: `npm run e2e -- [playwright's own arguments]`.
import { spawnSync } from 'node:child_process'
import { findBrowser } from './browser.mjs'

const browser = await findBrowser()
console.log(`e2e: ${browser.executablePath ?? "Playwright's own Chromium"}`)
const run = spawnSync('npx', ['playwright', 'test', ...process.argv.slice(2)], {
  stdio: 'inherit',
  env: { ...process.env, APISCOPE_BROWSER: JSON.stringify(browser) },
})
process.exit(run.status ?? 1)
