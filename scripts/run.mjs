// Runs a TypeScript entry in Node: `node scripts/run.mjs ENTRY.ts …args`. Vite bundles it (as it bundles the page) into
// node_modules/.cache/apiscope/, where packages are still found, and the bundle is imported; the arguments are passed on.
import { rmSync } from 'node:fs'
import { basename, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { build } from 'vite'

const [entry] = process.argv.slice(2)
if (!entry) {
  console.error('usage: node scripts/run.mjs ENTRY.ts …args')
  process.exit(2)
}
const root = resolve(import.meta.dirname, '..')
const name = basename(entry).replace(/\.ts$/, '')
// A folder of its own for each run: two may run at once.
const outDir = resolve(root, 'node_modules/.cache/apiscope', `${name}-${process.pid}`)
await build({
  root,
  configFile: false,
  logLevel: 'error',
  json: { stringify: true },
  build: {
    ssr: resolve(entry),
    outDir,
    emptyOutDir: true,
    target: 'node20',
    minify: false,
    copyPublicDir: false,
    rolldownOptions: { output: { entryFileNames: 'entry.mjs' } },
  },
})
process.on('exit', () => rmSync(outDir, { recursive: true, force: true }))
// For measurements of the heap: as `node --expose-gc`.
setFlagsFromString('--expose-gc')
globalThis.gc = runInNewContext('gc')
process.argv.splice(1, 2, resolve(entry))
await import(pathToFileURL(resolve(outDir, 'entry.mjs')).href)
