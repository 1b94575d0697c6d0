import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { replayTranscript, type Transcript } from './transcript'

const DIR = 'conformance/kubectl'
/** Lines that are known to differ. The list may only shrink: a line on it that matches fails here. */
const known = new Set(JSON.parse(readFileSync('conformance/known-transcripts.json', 'utf8')) as string[])

describe('kubectl transcripts', () => {
  for (const file of readdirSync(DIR).filter((f) => f.endsWith('.json'))) {
    it(file.replace('.json', ''), () => {
      const transcript = JSON.parse(readFileSync(`${DIR}/${file}`, 'utf8')) as Transcript
      const missed = replayTranscript(transcript).filter((r) => r.differences.length > 0)
      expect(missed.map((r) => r.id)).toEqual([...known].filter((id) => id.startsWith(`${transcript.name}#`)))
    })
  }
})
