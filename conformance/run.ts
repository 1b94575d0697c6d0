// `npm run conformance -- [DIR] [--json] [--diff NAME]`: replays the exchanges under DIR and counts those that match.

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { bootstrap } from './bootstrap'
import { replay, type Exchange, type Scenario } from './exchanges'

const SKIPPED = new Set(['kubectl', 'full', 'beyond'])
const args = process.argv.slice(2)
const shown = args.includes('--diff') ? args[args.indexOf('--diff') + 1] : undefined
const dir = args.find((a, i) => !a.startsWith('--') && args[i - 1] !== '--diff') ?? 'conformance'
const knownFile = 'conformance/known-misses.json'
const known = new Set(existsSync(knownFile) ? (JSON.parse(readFileSync(knownFile, 'utf8')) as string[]) : [])

const exchanges: Exchange[] = []
const groups = new Map<string, { matched: number; exchanges: number }>()
for (const group of readdirSync(dir, { withFileTypes: true }).filter((e) => e.isDirectory() && !SKIPPED.has(e.name)))
  for (const file of readdirSync(join(dir, group.name)).filter((f) => f.endsWith('.json'))) {
    const scenario = JSON.parse(readFileSync(join(dir, group.name, file), 'utf8')) as Scenario
    if (shown && ![scenario.name, `${group.name}/${scenario.name}`].includes(shown.split('#')[0]!)) continue
    const counts = groups.get(group.name) ?? { matched: 0, exchanges: 0 }
    groups.set(group.name, counts)
    for (const exchange of replayed(scenario)) {
      exchanges.push(exchange)
      counts.exchanges++
      if (exchange.matches) counts.matched++
      else if (shown) console.log(exchange.id, JSON.stringify(exchange.differences, null, 1))
    }
  }

function replayed(scenario: Scenario): readonly Exchange[] {
  try {
    return replay(scenario, bootstrap)
  } catch (error) {
    const differences = [{ path: '', want: 'an answer', got: error instanceof Error ? (error.stack ?? error.message) : String(error) }]
    return scenario.steps
      .flatMap((step, i) => [
        ...(step.during ?? []).map((inner, k) => ({ step: inner, id: `${i + 1}.${k + 1}` })),
        { step, id: String(i + 1) },
      ])
      .flatMap(({ step, id }) => (step.response ? [{ id: `${scenario.group}/${scenario.name}#${id}`, matches: false, differences }] : []))
  }
}

const missed = exchanges.filter((e) => !e.matches).map((e) => e.id)
const unexpected = missed.filter((id) => !known.has(id))
const stale = exchanges.filter((e) => e.matches && known.has(e.id)).map((e) => e.id)
const matched = exchanges.length - missed.length
if (args.includes('--json'))
  console.log(JSON.stringify({ groups: Object.fromEntries(groups), matched, exchanges: exchanges.length, missed }))
else {
  for (const [group, counts] of groups) console.log(`${group}: ${counts.matched}/${counts.exchanges}`)
  console.log(
    `${matched} of ${exchanges.length} exchanges match; ${unexpected.length} miss that are not known to, ${stale.length} known misses match`,
  )
}
if (!shown && known.size > 0 && unexpected.length + stale.length > 0) process.exitCode = 1
