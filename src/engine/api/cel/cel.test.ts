import { describe, expect, it } from 'vitest'
import { compileCel } from './check'
import { OUT_OF_BUDGET, RUNTIME_BUDGET } from './cost'
import { evaluateCel } from './evaluate'
import { CelUint, type CelValue, type Expression } from './expression'
import { parseCel } from './parse'

const object: CelValue = { metadata: { name: 'web', labels: { team: 'x' } }, spec: { replicas: 3, images: ['a:1', 'b:2'], memory: '1Gi' } }
const scope = { names: { object: 'dyn', variables: 'variables' }, structs: { variables: { known: 'int' } } }

function result(text: string): CelValue | string {
  const compiled = compileCel(text, scope)
  if ('error' in compiled) return compiled.error
  const evaluated = evaluateCel(compiled.tree, (name) => (name === 'object' ? object : undefined), { left: RUNTIME_BUDGET })
  return 'error' in evaluated ? `error: ${evaluated.error}` : evaluated.value
}

describe('CEL', () => {
  it.each([
    ["has(object.metadata.labels) && 'team' in object.metadata.labels", true],
    ['!has(object.spec.paused)', true],
    ['object.spec.replicas * 2 + 1 == 7', true],
    ['7 / 2', 3],
    ['9007199254740992 + 1', 9007199254740993n],
    ['9007199254740993 - 1 == 9007199254740992 && 9007199254740993 > 9007199254740992', true],
    ['94906267 * 94906267 - 9007199515875288', 1],
    ['9223372036854775807 + 1', 'error: integer overflow'],
    ['-9223372036854775808', -(2n ** 63n)],
    ['-9223372036854775808 / -1', 'error: integer overflow'],
    ["int('9223372036854775807') % 10", 7],
    ['18446744073709551615u - 9007199254740992u', new CelUint(18437736874454810623n)],
    ['dyn(9007199254740993u) == dyn(9007199254740993) && 9007199254740993u > 9007199254740992u', true],
    ['string(18446744073709551615u)', '18446744073709551615'],
    ["uint('18446744073709551615') / 5u", new CelUint(3689348814741910323n)],
    ['18446744073709551615u + 1u', 'error: unsigned integer overflow'],
    ['1u - 2u', 'error: unsigned integer overflow'],
    ['uint(-1)', 'error: unsigned integer overflow'],
    ['int(9223372036854775808u)', 'error: integer overflow'],
    ['int(9223372036854775807u)', 9223372036854775807n],
    ['{"a": 18446744073709551615u}.a % 10u', new CelUint(5)],
    ["'%d %x'.format([9007199254740993, 9007199254740993])", '9007199254740993 20000000000001'],
    ["quantity('9007199254740993').asInteger()", 9007199254740993n],
    ['[1, 2].all(i, i < 9007199254740993)', true],
    ["object.spec.images.all(i, i.contains(':'))", true],
    ["object.spec.images.exists(i, i.startsWith('c'))", false],
    ["object.spec.images.map(i, i.split(':')[0]).join(',')", 'a,b'],
    ['object.spec.images.filter(i, i.endsWith("2")).size()', 1],
    ["object.spec.replicas > 2 ? 'many' : 'few'", 'many'],
    ["object.metadata.name.matches('^[a-z]+$')", true],
    ['object.?spec.?paused.orValue(false)', false],
    ["quantity(object.spec.memory).isLessThan(quantity('2Gi'))", true],
    ["duration('90s') > duration('1m')", true],
    ['object.spec.nothing == 1 || true', true],
    ["'%s has %d of %.2f'.format([dyn('a'), 3, 1.5])", 'a has 3 of 1.50'],
    ["cidr('10.0.0.0/8').containsIP('10.1.2.3') && !cidr('10.0.0.0/8').containsCIDR('11.0.0.0/16')", true],
    ["isIP('::1') && ip('::1').isLoopback() && !isIP('010.0.0.1')", true],
    ["cidr('192.168.1.7/24').masked() == cidr('192.168.1.0/24')", true],
    ['object.spec.images.all(i, v, v.size() == 3 && i < 2)', true],
    ['object.spec.images.exists(i, v, i == 1 || int(v) > 0)', true],
    ['object.spec.images.transformList(i, v, string(i) + v)', ['0a:1', '1b:2']],
    ['object.?spec.?replicas.optMap(r, r + 1).orValue(0)', 4],
    [`'''it's'''`, "it's"],
    ['object.spec.nothing == 1', 'error: no such key: nothing'],
    ['object.spec.images[5]', 'error: index out of bounds: 5'],
  ])('%s is %s', (text, value) => {
    expect(result(text)).toEqual(value)
  })

  it('refuses what it cannot read in the words of the real compiler', () => {
    expect(result('object.spec.')).toBe(
      "ERROR: <input>:1:13: Syntax error: no viable alternative at input '.'\n | object.spec.\n | ............^",
    )
    expect(result("1 == 'a'")).toBe(
      "ERROR: <input>:1:3: found no matching overload for '_==_' applied to '(int, string)'\n | 1 == 'a'\n | ..^",
    )
    expect(result('nothing == 1')).toBe("ERROR: <input>:1:1: undeclared reference to 'nothing' (in container '')\n | nothing == 1\n | ^")
    expect(result('variables.unknown')).toContain("undefined field 'unknown'")
  })

  const nested = (n: number, deep: number) =>
    `${'l.all(x, '.repeat(deep)}true${')'.repeat(deep)}`.replace(/l\./g, `${JSON.stringify(Array(n).fill(1))}.`)
  const doubled = (first: string, times: number) =>
    `[${first}].map(a0, ` +
    Array.from({ length: times }, (_, i) => `[a${i} + a${i}].map(a${i + 1}, `).join('') +
    `a${times}.size()` +
    ')'.repeat(times + 1)
  it.each([
    ['turns in turns', nested(200, 3)],
    ['texts that double', doubled("'x'", 24)],
    ['lists that double', doubled('[1]', 30)],
    ['what is told apart', `${JSON.stringify(Array.from({ length: 2000 }, (_, i) => i))}.distinct().size()`],
  ])('stops at what costs too much: %s', (_, text) => {
    expect(result(text)).toBe('error: operation cancelled: actual cost limit exceeded')
  })

  it('takes what expressions cost from what they may cost together', () => {
    const tree = parseCel('[1, 2, 3].all(x, x > 0)') as Expression
    const budget = { left: 100 }
    const once = () => evaluateCel(tree, () => undefined, budget)
    expect(once()).toEqual({ value: true })
    while (budget.left >= 0) once()
    expect(once()).toEqual({ error: OUT_OF_BUDGET, stopped: 'exhausted' })
  })

  it.each([
    ['('.repeat(10_000), 'ERROR: <input>:-1:0: expression recursion limit exceeded: 250'],
    [`${'!'.repeat(10_000)}true`, 'ERROR: <input>:-1:0: expression recursion limit exceeded: 250'],
    [`object${'.a'.repeat(10_000)}`, 'ERROR: <input>:-1:0: expression recursion limit exceeded: 250'],
    [`'${'x'.repeat(200_000)}'`, 'ERROR: <input>:-1:0: expression code point size exceeds limit: size: 200002, limit 100000'],
  ])('reads no expression without end (%#)', (text, problem) => {
    expect(result(text)).toBe(problem)
  })

  it('reads thousands of conditions beside each other', () => {
    expect(result(Array(10_000).fill('true').join('&&'))).toBe(true)
    expect(result(`${'1+'.repeat(200)}1`)).toBe(201)
  })

  it('formats and measures what is absurd', () => {
    expect(result("'%.9999f'.format([1.5]).size()")).toBe(1002)
    expect(result("duration('99999999999999999999999h') > duration('1s')")).toMatch('invalid duration argument')
    expect(result(`int('${'9'.repeat(400)}')`)).toMatch("type conversion error from 'string' to 'int'")
  })
})
