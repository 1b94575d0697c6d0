import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { bootstrap } from './bootstrap'
import { replay, type Scenario } from './exchanges'

const ROOT = 'conformance/beyond'

for (const group of readdirSync(ROOT, { withFileTypes: true }).filter((e) => e.isDirectory()))
  describe(group.name, () => {
    for (const file of readdirSync(`${ROOT}/${group.name}`))
      it(file.replace('.json', ''), () => {
        const scenario = JSON.parse(readFileSync(`${ROOT}/${group.name}/${file}`, 'utf8')) as Scenario
        const missed = replay(scenario, bootstrap).filter((e) => !e.matches)
        expect(missed.map(({ id, differences }) => ({ id, differences }))).toEqual([])
      })
  })
