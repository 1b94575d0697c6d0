import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { liveThrough, type Story } from './story'

const DIR = 'conformance/full'
/** Parts that are known to differ. The list may only shrink: a part on it that matches fails here. */
const known = new Set(JSON.parse(readFileSync('conformance/known-stories.json', 'utf8')) as string[])

describe('stories of a real cluster', () => {
  for (const file of readdirSync(DIR).filter((f) => f.endsWith('.json'))) {
    it(file.replace('.json', ''), () => {
      const story = JSON.parse(readFileSync(`${DIR}/${file}`, 'utf8')) as Story
      const audit = readFileSync(`${DIR}/${story.name}.audit.jsonl`, 'utf8').trim().split('\n')
      const missed = liveThrough(
        story,
        audit.map((line) => JSON.parse(line) as unknown),
      )
        .filter((p) => p.differences.length > 0)
        .map((p) => `${story.name}#${p.part}`)
      expect(missed).toEqual([...known].filter((id) => id.startsWith(`${story.name}#`)))
    })
  }
})
