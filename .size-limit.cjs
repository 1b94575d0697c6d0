// What a first visit loads before the diagram can be used: the entry, all it imports, and the chunks that it asks for at once.
const { existsSync, readFileSync } = require('node:fs')
// docs/adr/0004-what-loads-first.md says what is in it.

const MANIFEST = 'dist/.vite/manifest.json'
/** Dynamic imports that start with the page; all others wait for the reader. */
const AT_ONCE = []

function firstLoad() {
  if (!existsSync(MANIFEST)) throw new Error(`${MANIFEST} is missing: run npm run build first`)
  const manifest = JSON.parse(readFileSync(MANIFEST, 'utf8'))
  const seen = new Set()
  const visit = (key) => {
    if (seen.has(key)) return
    seen.add(key)
    for (const next of manifest[key].imports ?? []) visit(next)
  }
  visit('index.html')
  for (const key of AT_ONCE) visit(key)
  return [...seen].map((key) => `dist/${manifest[key].file}`).filter((file) => file.endsWith('.js'))
}

module.exports = [{ name: 'first JavaScript', path: firstLoad(), limit: '160 kB', gzip: true }]
