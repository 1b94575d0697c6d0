import { describe, expect, it } from 'vitest'
import { en as enFirst } from './messages/en'
import { later as enLater } from './messages/en/later'
import { ko as koFirst } from './messages/ko'
import { later as koLater } from './messages/ko/later'
import { pseudo } from './pseudo'

const en = { ...enFirst, ...enLater }
const ko = { ...koFirst, ...koLater }
const flat = (value: object, path = ''): [string, string][] =>
  Object.entries(value).flatMap(([key, inner]) =>
    typeof inner === 'string' ? [[`${path}${key}`, inner] as [string, string]] : flat(inner as object, `${path}${key}.`),
  )
const holes = (text: string) => [...new Set([...text.matchAll(/\{\w+\}/g)].map((m) => m[0]))].sort()

describe('words', () => {
  it('Korean fills no placeholder that English does not have', () => {
    const english = new Map(flat(en))
    const strange = flat(ko).filter(([key, text]) => holes(text).some((hole) => !holes(english.get(key)!).includes(hole)))
    const own = strange.filter(([key]) => !key.startsWith('narration.') && !key.startsWith('refusals.'))
    expect(own).toEqual([])
  })

  it('puts no Korean particle that depends on the word directly after a placeholder', () => {
    expect(flat(ko).filter(([, text]) => /\}[*`]*(은|는|이|가|을|를|과|와|으로|로)(?=[\s,.]|$)/.test(text))).toEqual([])
  })

  it('the pseudo-locale keeps placeholders and makes every text longer', () => {
    for (const [key, text] of flat(pseudo(en))) {
      const original = new Map(flat(en)).get(key)!
      expect(holes(text)).toEqual(holes(original))
      expect(text.length).toBeGreaterThan(original.length)
    }
  })
})
