// `npm run bench:tab -- [NODES PODS]…` (default `1000 30000`): the same load in a tab of a real browser, with a budget of hops. Prints
// seconds in the engine, the longest time that the page has to wait, and the tab's memory: V8's heap and the buffers outside it.
import { resolve } from 'node:path'
import { chromium } from '@playwright/test'
import { build } from 'vite'
import { findBrowser } from '../scripts/browser.mjs'

const numbers = process.argv.slice(2).map(Number)
const sizes = numbers.length === 0 ? [[1000, 30_000]] : numbers.flatMap((nodes, i) => (i % 2 === 0 ? [[nodes, numbers[i + 1]]] : []))
if (sizes.flat().some((n) => !Number.isInteger(n) || n < 1)) {
  console.error('usage: npm run bench:tab -- [NODES PODS]…')
  process.exit(2)
}

const [{ output }] = [
  await build({
    configFile: false,
    logLevel: 'error',
    json: { stringify: true },
    build: {
      write: false,
      lib: { entry: resolve(import.meta.dirname, 'inTab.ts'), formats: ['iife'], name: 'bench' },
    },
  }),
].flat()
const browser = await chromium.launch(await findBrowser())
for (const [nodes, pods] of sizes) {
  const page = await browser.newPage()
  page.setDefaultTimeout(0)
  await page.addScriptTag({ content: output[0].code })
  const session = await page.context().newCDPSession(page)
  await page.evaluate((n) => window.startUp(n), nodes)
  const empty = await bytes(session)
  const { hops, running, seconds, longest, p99 } = await page.evaluate((n) => window.createPods(n), pods)
  const used = await bytes(session)
  console.log(
    `${nodes} nodes, ${pods} Pods: ${running} run, ${hops} hops, ${Math.round(pods / seconds)} a second, ` +
      `${((used - empty) / pods / 1000).toFixed(1)} kB a Pod, ${Math.round(used / 1e6)} MB in all, ` +
      `slices of ${Math.round(p99)} ms (99 %), ${Math.round(longest)} ms (longest)`,
  )
  await page.context().close()
}
await browser.close()

async function bytes(session) {
  await session.send('HeapProfiler.collectGarbage')
  const { usedSize, backingStorageSize = 0 } = await session.send('Runtime.getHeapUsage')
  return usedSize + backingStorageSize
}
