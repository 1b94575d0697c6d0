import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { bootstrap } from './bootstrap'
import { replay, type Scenario } from './exchanges'
import { unexplained } from './unexplained'

const ROOT = 'conformance'
const SKIPPED = new Set(['kubectl', 'full', 'beyond'])
/** Exchanges that are known to differ. The list may only shrink: an exchange on it that matches fails here. */
const known = JSON.parse(readFileSync(`${ROOT}/known-misses.json`, 'utf8')) as string[]

for (const group of readdirSync(ROOT, { withFileTypes: true }).filter((e) => e.isDirectory() && !SKIPPED.has(e.name)))
  describe(group.name, () => {
    for (const file of readdirSync(`${ROOT}/${group.name}`).filter((f) => f.endsWith('.json'))) {
      const name = file.replace('.json', '')
      it(name, () => {
        const scenario = JSON.parse(readFileSync(`${ROOT}/${group.name}/${file}`, 'utf8')) as Scenario
        let mute: readonly string[] = []
        const missed = replay(scenario, bootstrap, ({ trace }) => (mute = unexplained(trace))).filter((e) => !e.matches)
        expect(mute, 'refusals without a stage or without a why').toEqual([])
        expect(missed.map((e) => e.id)).toEqual(known.filter((id) => id.startsWith(`${group.name}/${name}#`)))
      })
    }
  })
