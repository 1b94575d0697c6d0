// Takes what matches by now off the lists of known misses: `npm run known`. It never adds a line: what is lost must be mended.
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { format, resolveConfig } from 'prettier'

const LISTS = [
  ['conformance/run.ts', 'conformance/known-misses.json'],
  ['conformance/stories.ts', 'conformance/known-stories.json'],
  ['conformance/transcripts.ts', 'conformance/known-transcripts.json'],
]

for (const [runner, file] of LISTS) {
  const known = JSON.parse(readFileSync(file, 'utf8'))
  const missed = new Set(missedBy(runner))
  const left = known.filter((id) => missed.has(id))
  writeFileSync(file, await format(JSON.stringify(left), { ...(await resolveConfig(file)), filepath: file }))
  const lost = [...missed].filter((id) => !known.includes(id))
  console.log(
    `${file}: ${known.length - left.length} taken off, ${left.length} left${lost.length ? `; not on the list and missed: ${lost.join(', ')}` : ''}`,
  )
}

function missedBy(runner) {
  const options = { encoding: 'utf8', maxBuffer: 1 << 28 }
  try {
    return JSON.parse(execFileSync('node', ['scripts/run.mjs', runner, '--json'], options).trim().split('\n').at(-1)).missed
  } catch (error) {
    return JSON.parse(String(error.stdout).trim().split('\n').at(-1)).missed
  }
}
