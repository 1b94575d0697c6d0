import fc from 'fast-check'
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
    ['a: \u007f', 'yaml: control characters are not allowed'],
    ['a: \ufffe', 'yaml: control characters are not allowed'],
    ['&a [*a]', "yaml: anchor 'a' value contains itself"],
    ['- '.repeat(1000), 'yaml: exceeded max depth of 10000'],
    ['{"a":'.repeat(100_000), 'yaml: exceeded max depth of 10000'],
    ['a: .inf', 'json: unsupported value: +Inf'],
    ['a: !!int b', 'yaml: cannot decode !!str `b` as a !!int'],
    ['<<: 1', 'yaml: map merge requires map or sequence of maps as the value'],
    ['? [a]\n: b', 'yaml: invalid map key: ["a"]'],
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

  it.each([
    ['a: 2001-12-14', { a: '2001-12-14' }],
    ['a: 22:30', { a: '22:30' }],
    ['a: 1e400', { a: '1e400' }],
    ['a: 010', { a: 8 }],
    ['1: a\ntrue: b\n2001-01-01: c', { '1': 'a', true: 'b', '2001-01-01': 'c' }],
    ['a: &x {k: 1, l: 1}\nb: {l: 2, <<: *x, k: 3}', { a: { k: 1, l: 1 }, b: { l: 1, k: 3 } }],
    ['a: {<<: [{k: 1}, {k: 2, l: 2}]}', { a: { k: 1, l: 2 } }],
    ['a: !!omap [b: 1]', { a: [{ b: 1 }] }],
    ['\ufeffa: <<', { a: '<<' }],
  ])('reads %j as go-yaml does', (text, value) => {
    expect(parseYaml(text)).toEqual({ documents: [value], duplicates: [] })
  })

  it('keeps keys that are called as what every object of JavaScript has', () => {
    const { documents } = parseYaml('__proto__: {polluted: 1}\nx: &x {__proto__: 1}\nz: {<<: *x}') as {
      readonly documents: readonly unknown[]
    }
    expect(JSON.stringify(documents[0])).toBe('{"__proto__":{"polluted":1},"x":{"__proto__":1},"z":{"__proto__":1}}')
  })

  it('takes thousands of anchors, aliases and documents', () => {
    const many = (line: (i: number) => string) => Array.from({ length: 5000 }, (_, i) => line(i)).join('')
    const began = process.cpuUsage().user
    expect(parseYaml(many((i) => `a${i}: &a${i} x\n`) + many((i) => `b${i}: *a${i}\n`))).toHaveProperty('documents')
    expect(parseYaml(many((i) => `---\na: ${i}\n`))).toHaveProperty('documents.length', 5000)
    expect((process.cpuUsage().user - began) / 1000).toBeLessThan(3000)
  })

  it('answers any text with documents or an error', () => {
    const piece = fc.constantFrom(
      'a',
      ': ',
      '- ',
      '\n',
      '  ',
      '{',
      '}',
      '[',
      ']',
      ',',
      '&x ',
      '*x',
      '<<',
      '? ',
      '|',
      '>',
      '"',
      "'",
      '#',
      '!!int ',
      '---',
      '%',
      '\t',
      '1',
      '~',
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        const read = parseYaml(pieces.join(''))
        expect('error' in read ? read.error : 'documents').toMatch(/^(yaml: |json: |unsupported|documents)/)
      }),
      { numRuns: 3000, seed: 23 },
    )
  })
})
