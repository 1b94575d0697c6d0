import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { Bootstrap } from '../src/engine/cluster/types'
import { replay, type Scenario } from './exchanges'

const ROOT = 'conformance'
const SKIPPED = new Set(['kubectl', 'full'])
const bootstrap = JSON.parse(readFileSync(`${ROOT}/bootstrap.json`, 'utf8')) as Bootstrap
/** Exchanges that are known to differ. The list may only shrink: an exchange on it that matches fails here. */
const known = JSON.parse(readFileSync(`${ROOT}/known-misses.json`, 'utf8')) as string[]

for (const group of readdirSync(ROOT, { withFileTypes: true }).filter((e) => e.isDirectory() && !SKIPPED.has(e.name)))
  describe(group.name, () => {
    for (const file of readdirSync(`${ROOT}/${group.name}`).filter((f) => f.endsWith('.json'))) {
      const name = file.replace('.json', '')
      it(name, () => {
        const scenario = JSON.parse(readFileSync(`${ROOT}/${group.name}/${file}`, 'utf8')) as Scenario
        const missed = replay(scenario, bootstrap).filter((e) => !e.matches)
        expect(missed.map((e) => e.id)).toEqual(known.filter((id) => id.startsWith(`${group.name}/${name}#`)))
      })
    }
  })
