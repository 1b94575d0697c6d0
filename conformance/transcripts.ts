// `npm run transcripts -- [DIR] [--json] [--diff NAME]`: types recorded kubectl lines and compares requests, output and exit code.

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { replayTranscript, type LineResult, type Transcript } from './transcript'

const args = process.argv.slice(2)
const shown = args.includes('--diff') ? args[args.indexOf('--diff') + 1] : undefined
const dir = args.find((a, i) => !a.startsWith('--') && args[i - 1] !== '--diff') ?? 'conformance/kubectl'
const knownFile = 'conformance/known-transcripts.json'
const known = new Set(existsSync(knownFile) ? (JSON.parse(readFileSync(knownFile, 'utf8')) as string[]) : [])

const results: LineResult[] = []
for (const file of readdirSync(dir).filter((f) => f.endsWith('.json'))) {
  const transcript = JSON.parse(readFileSync(join(dir, file), 'utf8')) as Transcript
  if (shown && transcript.name !== shown) continue
  const lines = replayTranscript(transcript)
  results.push(...lines)
  const lost = lines.filter((l) => l.differences.length > 0)
  if (shown)
    for (const { id, line, differences } of lost)
      console.log(
        `${id} ${line}\n${differences.map((d) => `  ${d.path}\n    want ${JSON.stringify(d.want)}\n    got  ${JSON.stringify(d.got)}`).join('\n')}`,
      )
  else if (!args.includes('--json')) console.log(`${transcript.name}: ${lines.length - lost.length}/${lines.length}`)
}

const missed = results.filter((r) => r.differences.length > 0).map((r) => r.id)
const matched = results.length - missed.length
const unexpected = missed.filter((id) => !known.has(id))
const stale = [...known].filter((id) => !missed.includes(id))
if (args.includes('--json')) console.log(JSON.stringify({ matched, lines: results.length, missed }))
else
  console.log(
    `${matched} of ${results.length} lines match; ${unexpected.length} miss that are not known to, ${stale.length} known misses match`,
  )
if (!shown && dir === 'conformance/kubectl' && known.size > 0 && unexpected.length + stale.length > 0) process.exitCode = 1
