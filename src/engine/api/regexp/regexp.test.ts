import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { regexpOf, type Regexp } from './regexp'

const regexp = (text: string): Regexp => {
  const made = regexpOf(text)
  if (made instanceof Error) throw made
  return made
}

describe('regular expressions', () => {
  it.each([
    ['^(a+)+$', 'aaaa', true],
    ['^(a|aa)*b$', 'aaab', true],
    ['a{2,3}', 'xaay', true],
    ['^a{2,3}$', 'aaaa', false],
    ['^[^a-c]+$', 'xyz', true],
    ['^[]a]+$', ']a]', true],
    ['^[[:alpha:]_-]+\\z', 'ab_-', true],
    ['(?i)ABC', 'xabcx', true],
    ['(?i)^\\p{Lu}+$', 'aB', true],
    ['(?i)^S$', 'ß', false],
    ['(?i:a)b', 'AB', false],
    ['(?s)a.b', 'a\nb', true],
    ['a.b', 'a\nb', false],
    ['(?m)^b$', 'a\nb\nc', true],
    ['\\bfoo\\B', 'a foot', true],
    ['\\pL\\d\\D\\S', 'é1xx', true],
    ['\\p{Greek}', 'α', true],
    ['\\x41\\x{1F600}\\101', 'A😀A', true],
    ['\\Qa.b\\E+', 'a.bbb', true],
    ['(?P<name>x)(?<other>y)', 'xy', true],
    ['^$', '', true],
    ['a{,3}', 'a{,3}', true],
    ['x*', '', true],
    ['^.$', '😀', true],
  ])('%s matches %j: %s', (pattern, text, found) => {
    expect(regexp(pattern).matches(text)).toBe(found)
  })

  it.each([
    ['(', 'missing closing ): `(`'],
    ['a)', 'unexpected ): `a)`'],
    ['[a', 'missing closing ]: `[a`'],
    ['*', 'missing argument to repetition operator: `*`'],
    ['a**', 'invalid nested repetition operator: `**`'],
    ['a{1001}', 'invalid repeat count: `{1001}`'],
    ['(a{100}){100}', 'invalid repeat count: `{100}`'],
    ['(a)\\1', 'invalid escape sequence: `\\1`'],
    ['(?=a)', 'invalid or unsupported Perl syntax: `(?=`'],
    ['(?<!a)', 'invalid or unsupported Perl syntax: `(?<!`'],
    ['[z-a]', 'invalid character class range: `z-a`'],
    ['\\p{Nope}', 'invalid character class range: `\\p{Nope}`'],
    ['[[:nope:]]', 'invalid character class range: `[:nope:]`'],
    ['\\', 'trailing backslash at end of expression: ``'],
  ])('refuses %s as Go does', (pattern, problem) => {
    expect(() => regexp(pattern)).toThrow(`error parsing regexp: ${problem}`)
  })

  it('refuses what nests without end, and what is too large', () => {
    expect(() => regexp(`${'('.repeat(5000)}${')'.repeat(5000)}`)).toThrow('expression nests too deeply')
    expect(() => regexp('(abcdefghij){1000}'.repeat(200))).toThrow('expression too large')
  })

  it('is done in the time of one look at the text', () => {
    const text = `${'a'.repeat(100_000)}!`
    for (const pattern of ['^(a+)+$', '^(a|aa)+$', '^(a*)*b$', '(.*)*(.*)*(.*)*x', '(a?){20}b'])
      expect(regexp(pattern).matches(text)).toBe(false)
  })

  it('finds the leftmost match, of those the preferred one, and all that do not overlap', () => {
    expect(regexp('a+?').findAll('aaa')).toEqual(['a', 'a', 'a'])
    expect(regexp('a|ab').findAll('ab ab')).toEqual(['a', 'a'])
    expect(regexp('x*').findAll('axxb')).toEqual(['', 'xx', ''])
    expect(regexp('\\w+').findAll('one two three', 2)).toEqual(['one', 'two'])
  })

  it('finds many matches of a long expression in the time of one look', () => {
    const long = regexp(`x|${'(abcdefghij){1000}'.repeat(8)}`)
    const began = process.cpuUsage().user
    expect(long.findAll('x'.repeat(20_000))).toHaveLength(20_000)
    expect((process.cpuUsage().user - began) / 1000).toBeLessThan(1500)
  })

  it('agrees with JavaScript where both read the same', () => {
    const atom = fc.constantFrom('a', 'b', '.', '[ab]', '[^a]', '(?:ab)', '(a|b)', '\\w', '\\d', '^', '$', '(?:a|)')
    const part = fc
      .tuple(atom, fc.constantFrom('', '', '*', '+', '?', '*?', '+?', '{2}', '{0,2}'))
      .map(([a, r]) => (a === '^' || a === '$' ? a : a + r))
    const pattern = fc.array(part, { minLength: 1, maxLength: 5 }).map((parts) => parts.join(''))
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '1', '\n'), maxLength: 8 })
    fc.assert(
      fc.property(pattern, text, (source, value) => {
        const theirs = new RegExp(source, 'u').exec(value)
        const ours = regexp(source).find(value)
        expect(ours && [ours.from, ours.to]).toEqual(theirs && [theirs.index, theirs.index + theirs[0].length])
      }),
      { numRuns: 2000, seed: 17 },
    )
  })

  it('reads any text, and throws nothing but what it says', () => {
    const letters = fc.constantFrom(...'ab()[]{}?*+|^$\\.-,:=!<>P0123pdwsQExizU\ud800😀')
    fc.assert(
      fc.property(fc.string({ unit: letters, maxLength: 20 }), fc.string({ maxLength: 20 }), (source, value) => {
        const made = regexpOf(source)
        if (made instanceof Error) expect(made.message).toMatch(/^error parsing regexp: /)
        else made.findAll(value)
      }),
      { numRuns: 3000, seed: 19 },
    )
  })
})
