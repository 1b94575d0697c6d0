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
    expect(parseYaml('a: on\n---\nb: "on"\n')).toEqual({ documents: [{ a: true }, { b: 'on' }] })
  })
})
