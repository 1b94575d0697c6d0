import { describe, expect, it } from 'vitest'
import { parseYaml, printYaml } from './yaml'

describe('YAML', () => {
  it('prints lists at the indentation of their key and sorts keys', () => {
    expect(printYaml({ b: [{ y: 1, x: ['a'] }], a: {} })).toBe('a: {}\nb:\n- x:\n  - a\n  "y": 1\n')
  })
  it('quotes what would be read as something else', () => {
    expect(printYaml({ a: 'yes', b: '1', c: 'null', d: '2026-01-15T10:00:00Z', e: 'a: b', f: '' })).toBe(
      'a: "yes"\nb: "1"\nc: "null"\nd: "2026-01-15T10:00:00Z"\ne: \'a: b\'\nf: ""\n',
    )
  })
  it('prints several lines as a literal block', () => {
    expect(printYaml({ a: { k: 'x\ny\n' } })).toBe('a:\n  k: |\n    x\n    y\n')
  })
  it('reads booleans as YAML 1.1 and every document', () => {
    expect(parseYaml('a: on\n---\nb: "on"\n')).toEqual({ documents: [{ a: true }, { b: 'on' }], duplicates: [] })
  })
  it('names keys that stand twice, with their lines', () => {
    expect(parseYaml('m:\n  a: 1\n  a: 2\nm: {}\n')).toEqual({
      documents: [{ m: {} }],
      duplicates: ['line 4: key "m" already set in map', 'line 3: key "a" already set in map'],
    })
  })
  it.each([
    ['a:\n\tb: c\n', 'yaml: line 2: found character that cannot start any token'],
    ['a:\n  b: 1\n c: 2\n', 'yaml: line 2: did not find expected key'],
    ['x: 1\na: b: c', 'yaml: line 2: mapping values are not allowed in this context'],
    ['a: b: c', 'yaml: mapping values are not allowed in this context'],
    ['a: 1\nfoo\n', "yaml: line 2: could not find expected ':'"],
    ['x: 1\na: [1, 2', "yaml: line 1: did not find expected ',' or ']'"],
    ['a: *x\n', "yaml: unknown anchor 'x' referenced"],
    ['a: \u0001', 'yaml: control characters are not allowed'],
    ['&a [*a]', 'yaml: exceeded max depth of 10000'],
    [
      'a: &a [x,x,x,x,x,x,x,x,x]\n' +
        'bcdefghi'
          .split('')
          .map((k, i) => `${k}: &${k} [${Array(9).fill(`*${'abcdefgh'[i]}`).join(',')}]\n`)
          .join(''),
      'yaml: document contains excessive aliasing',
    ],
  ])('refuses %j in the words of go-yaml', (text, error) => {
    expect(parseYaml(text)).toMatchObject({ error })
  })
})
