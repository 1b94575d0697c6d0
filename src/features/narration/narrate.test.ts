import { describe, expect, it } from 'vitest'
import { diagram } from '../../i18n/messages/en/diagram'
import { outages } from '../../i18n/messages/en/outages'
import { narration as en, refusals as enRefusals, waits, type MomentWords } from '../../i18n/messages/en/narration'
import { narration as ko, refusals as koRefusals } from '../../i18n/messages/ko/narration'
import { conflicting, created, listed, refused } from '../../stores/handMadeTrace'
import { momentsOf } from '../../stores/moments'
import type { FactName } from '../../stores/momentKinds'
import { narrate, wordsOf } from './narrate'

const english: Readonly<Record<string, MomentWords>> = { ...en, ...enRefusals }
const korean: Readonly<Record<string, MomentWords>> = { ...ko, ...koRefusals }
const FACTS = [
  'user',
  'controller',
  'kind',
  'tool',
  'verb',
  'object',
  'target',
  'resource',
  'code',
  'reason',
  'event',
  'pod',
  'node',
  'revision',
  'stage',
  'says',
  'call',
  'part',
  'message',
  'action',
  'about',
  'there',
  'wanted',
  'peer',
]

const ENGLISH = { narration: en, refusals: enRefusals, outages, waits, stages: diagram }
const placeholders = (words: MomentWords) =>
  [...new Set([...`${words.heading} ${words.text}`.matchAll(/\{(\w+)\}/g)].map((m) => m[1]!))].sort()

describe('the words of the moments', () => {
  it('fill only facts that a moment can have', () => {
    for (const words of [...Object.values(english), ...Object.values(korean)])
      for (const name of placeholders(words)) expect(FACTS).toContain(name)
  })

  it('are as complete in Korean as in English', () => {
    expect(Object.keys(korean).sort()).toEqual(Object.keys(english).sort())
    for (const [key, words] of Object.entries(korean))
      for (const name of placeholders(words)) expect(`${key}:${placeholders(english[key]!).includes(name)}`).toBe(`${key}:true`)
  })

  it('put no Korean particle directly after a placeholder', () => {
    for (const { heading, text } of Object.values(korean)) expect(`${heading} ${text}`).not.toMatch(/\}[`*]*[가-힣]/)
  })

  it('stay within two sentences, three where they must', () => {
    for (const [key, { text }] of Object.entries(english)) expect(`${key} ${text.split(/[.:] /).length}`).toMatch(/ [1-3]$/)
  })

  it('leave no placeholder and no empty mark in a told story', () => {
    for (const made of [created(), refused(), conflicting(), listed('etcd'), listed('cache')])
      for (const detail of ['six-steps', 'under-the-hood'] as const)
        for (const moment of momentsOf(made.trace, 0, detail)) {
          const { heading, text } = narrate(moment, ENGLISH)
          for (const name of placeholders(wordsOf(moment, ENGLISH)))
            if (name !== 'says') expect(`${moment.kind} ${name} ${moment.facts[name as FactName] ?? ''}`).toMatch(/ \S+ \S/)
          expect(heading).not.toMatch(/[{}]|: $/)
          for (const part of text) expect(part.text).not.toMatch(/[{}`*]/)
        }
  })

  it('tell a 403 of authorization with who, what and where it stopped', () => {
    const moment = momentsOf(refused().trace, 0, 'six-steps').find((m) => m.kind === 'refused')!
    expect(narrate(moment, ENGLISH).heading).toBe('Refused: alice may not create pods')
  })

  it('colour the names of components', () => {
    const moment = momentsOf(created().trace, 0, 'six-steps').find((m) => m.kind === 'bindingSent')!
    const { text } = narrate(moment, ENGLISH)
    expect(text.filter((p) => p.as === 'component').map((p) => p.text)).toEqual(['kube-scheduler', 'kube-apiserver'])
  })
})
