import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { goJson } from '../../base/json'
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

  const nested = (open: string, close: string, depth: number) => `${open.repeat(depth)}a${close.repeat(depth)}`
  const steps = (depth: number) => Array.from({ length: depth }, (_, i) => `${' '.repeat(i)}a:\n`).join('')
  const TOO_DEEP = 'exceeded max depth of 10000'

  it.each([
    ['lists on one line', `- ${nested('- ', '', 9_999)}\n- b`, (json: string) => json.startsWith('[[[') && json.endsWith(']],"b"]')],
    [
      'lists in brackets',
      `x: ${nested('[', ']', 10_000)}`,
      (json: string) => json === `{"x":${nested('[', ']', 10_000).replace('a', '"a"')}}`,
    ],
    [
      'maps, each on a line',
      `${steps(2_000)}${' '.repeat(2_000)}b: 1\nc: 2`,
      (json: string) => json.endsWith(`{"b":1${'}'.repeat(2_000)},"c":2}`),
    ],
    ['lists in brackets in lists', `${'- '.repeat(9_000)}${nested('[', ']', 9_000)}`, (json: string) => json.length === 4 * 9_000 + 3],
    [
      'an anchor in the deep',
      `a: ${nested('[', ']', 160).replace('a', '&x [1], *x')}\nb: *x`,
      (json: string) => json.endsWith(',"b":[1]}'),
    ],
    [
      'an anchor of what is deep',
      `- ${nested('&x [', ']', 151)}\n- *x`,
      (json: string) => json === `[${nested('[', ']', 151).replace('a', '"a"')},["a"]]`,
    ],
  ])('reads %s as deep as go-yaml does', (_, text, isRight) => {
    const read = parseYaml(text)
    expect('error' in read ? read.error : isRight(goJson(read.documents[0]))).toBe(true)
  })

  it.each([
    ['lists', '- '.repeat(10_001), `yaml: ${TOO_DEEP}`],
    ['lists in brackets', `a: 1\nb: ${'['.repeat(10_001)}`, `yaml: line 2: ${TOO_DEEP}`],
    ['JSON', '{"a":'.repeat(100_000), `yaml: ${TOO_DEEP}`],
    ['what is not closed', `a: 1\nb: ${'['.repeat(9_000)}`, "yaml: line 1: did not find expected ',' or ']'"],
    [
      'what is wrong in the deep',
      `a: 1\nb: ${nested('[', ']', 400).replace('a', 'c: "\\y"')}`,
      'yaml: line 2: found unknown escape character',
    ],
  ])('refuses %s that are too deep, or wrong there', (_, text, error) => {
    expect(parseYaml(text)).toEqual(expect.objectContaining({ error }))
  })

  it('reads any text as if nothing were cut out of it', () => {
    const level = fc.constantFrom<readonly [string, string]>(
      ['[', ']'],
      ['&y [', ']'],
      ['{a: ', '}'],
      ['[0, ', ', 1]'],
      ['{b: , a: ', ', c: []}'],
      ['[&x 1, ', ', *x]'],
    )
    fc.assert(
      fc.property(fc.array(level, { minLength: 1, maxLength: 6 }), fc.integer({ min: 50, max: 400 }), (levels, times) => {
        const text = (depth: number) =>
          `${levels
            .map(([open]) => open)
            .join('')
            .repeat(depth)}z${levels
            .map(([, close]) => close)
            .reverse()
            .join('')
            .repeat(depth)}`
        const inner = parseYaml(text(1))
        const read = parseYaml(text(times))
        if ('error' in inner || 'error' in read) throw new Error('refused')
        const one = goJson(inner.documents[0]).split('"z"')
        expect(goJson(read.documents[0])).toBe(`${one[0]!.repeat(times)}"z"${one[1]!.repeat(times)}`)
      }),
      { numRuns: 30, seed: 11 },
    )
  })

  it.each([
    ['a: 2001-12-14', { a: '2001-12-14' }],
    ['a: 22:30', { a: '22:30' }],
    ['a: 1e400', { a: '1e400' }],
    ['a: 010', { a: 8 }],
    ['1: a\ntrue: b\n2001-01-01: c', { '1': 'a', true: 'b', '2001-01-01': 'c' }],
    ['a: &x {k: 1, l: 1}\nb: {l: 2, <<: *x, k: 3}', { a: { k: 1, l: 1 }, b: { l: 1, k: 3 } }],
    ['[&y [&y 1], *y]', [[1], 1]],
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
