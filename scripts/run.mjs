// Runs a TypeScript entry in Node: bundles it with the project's own bundler, then imports it. `node scripts/run.mjs ENTRY [ARGS]`
import { mkdirSync } from 'node:fs'
import { basename, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'vite'

const [entry, ...rest] = process.argv.slice(2)
const name = basename(entry).replace(/\.ts$/, '')
const outDir = resolve('node_modules/.cache/run', `${name}-${process.pid}`)
mkdirSync(outDir, { recursive: true })
await build({
  configFile: false,
  logLevel: 'error',
  build: { ssr: resolve(entry), outDir, emptyOutDir: true, target: 'node20', minify: false, rollupOptions: { output: { entryFileNames: `${name}.mjs` } } },
})
process.argv = [process.argv[0], resolve(entry), ...rest]
await import(pathToFileURL(resolve(outDir, `${name}.mjs`)).href)
