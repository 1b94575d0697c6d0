// `npm run stories -- [DIR] [--json] [--diff NAME]`: lives through recorded stories of a whole cluster and compares what every component did.

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { liveThrough, type Story } from './story'

const args = process.argv.slice(2)
const shown = args.includes('--diff') ? args[args.indexOf('--diff') + 1] : undefined
const dir = args.find((a, i) => !a.startsWith('--') && args[i - 1] !== '--diff') ?? 'conformance/full'
const knownFile = 'conformance/known-stories.json'
const known = new Set(existsSync(knownFile) ? (JSON.parse(readFileSync(knownFile, 'utf8')) as string[]) : [])

const missed: string[] = []
let stories = 0
let matched = 0
let parts = 0
for (const file of readdirSync(dir).filter((f) => f.endsWith('.json'))) {
  const story = JSON.parse(readFileSync(join(dir, file), 'utf8')) as Story
  if (shown && story.name !== shown) continue
  const audit = readFileSync(join(dir, `${story.name}.audit.jsonl`), 'utf8')
  const result = liveThrough(
    story,
    audit
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown),
  )
  const lost = result.filter((p) => p.differences.length > 0)
  stories++
  parts += result.length
  if (lost.length === 0) matched++
  missed.push(...lost.map((p) => `${story.name}#${p.part}`))
  if (shown)
    for (const { part, differences } of lost)
      for (const d of differences) console.log(part, d.path, '\n  want', JSON.stringify(d.want), '\n  got ', JSON.stringify(d.got))
  else if (!args.includes('--json'))
    console.log(`${story.name}: ${lost.length === 0 ? 'matches' : `misses ${lost.map((p) => p.part).join(', ')}`}`)
}

const unexpected = missed.filter((id) => !known.has(id))
const stale = [...known].filter((id) => !missed.includes(id))
if (args.includes('--json'))
  console.log(JSON.stringify({ matched, stories, parts: { matched: parts - missed.length, all: parts }, missed }))
else
  console.log(
    `${matched} of ${stories} stories match wholly, ${parts - missed.length} of ${parts} parts; ${unexpected.length} miss that are not known to, ${stale.length} known misses match`,
  )
if (!shown && dir === 'conformance/full' && known.size > 0 && unexpected.length + stale.length > 0) process.exitCode = 1
