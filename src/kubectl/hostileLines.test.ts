import fc from 'fast-check'
import { beforeAll, expect, it } from 'vitest'
import { builtinKinds } from '../engine/index'
import type { Cluster } from '../engine/cluster/types'
import { admin, aWholeCluster } from '../engine/testing/builders'
import { start } from '../engine/testing/ask'
import { commandProgram } from './shell/commandProgram'

const WORDS = ['constructor', '__proto__', 'toString', 'hasOwnProperty']
/** Milliseconds of work that no line may need. */
const MOST = 3000
let cluster: Cluster

/** Types a line, which ends in time, and gives its exit code. */
function type(line: string): number {
  const from = cluster.trace.length
  const context = {
    namespace: 'default',
    identities: { admin: admin.credentials },
    files: {},
    serverUrl: 'https://127.0.0.1:6443',
    resources: builtinKinds,
  }
  const began = process.cpuUsage().user
  const id = start(cluster, admin, line, commandProgram(line, context))
  cluster.run({ for: 60_000, until: (c) => !c.isRunning(id) })
  expect((process.cpuUsage().user - began) / 1000).toBeLessThan(MOST)
  if (cluster.isRunning(id)) cluster.interrupt(id)
  for (let i = from; i < cluster.trace.length; i++) {
    const hop = cluster.trace.hop(i)
    if (hop.kind === 'program' && hop.program === id && hop.event.type === 'exited') return hop.event.code
  }
  return -1
}

beforeAll(() => {
  cluster = aWholeCluster(1)
  cluster.run({ for: 20_000 })
  expect(type('kubectl run web --image=nginx')).toBe(0)
})

it.each(WORDS)('knows no command, type, flag, file or format %s', (word) => {
  for (const line of [
    `kubectl ${word}`,
    `kubectl get ${word}`,
    `kubectl get pods --${word}`,
    `kubectl get pods -o ${word}`,
    `kubectl create ${word} x`,
    `kubectl set ${word} pod/web x=y`,
    `kubectl rollout ${word} deployment/x`,
    `kubectl patch pod web --type=${word} -p '{}'`,
    `kubectl apply -f ${word}`,
    `curl -d @${word} https://127.0.0.1:6443/api`,
    `curl ${word}`,
    word,
  ])
    expect([line, type(line)]).not.toEqual([line, 0])
})

it('finds nothing at paths of that name, and labels that are called so', () => {
  for (const word of WORDS) {
    expect(type(`kubectl get pod web -o jsonpath='{.${word}}{.metadata.${word}.x}'`)).toBe(0)
    expect(type(`kubectl get pods -o custom-columns=A:.${word} -L ${word}`)).toBeLessThanOrEqual(1)
  }
  expect(type('kubectl label pod web constructor=x')).toBe(0)
  expect(type('kubectl get pods -L constructor -l constructor=x')).toBe(0)
})

it.each([
  [
    'an alias bomb',
    `a: &a [x,x,x,x,x,x,x,x,x]\n${[...'bcdefghi'].map((k, i) => `${k}: &${k} [${Array(9).fill(`*${'abcdefgh'[i]}`).join(',')}]`).join('\n')}`,
  ],
  ['an alias of itself', 'a: &a [*a]'],
  ['lists without end', '['.repeat(100_000)],
  ['objects without end', '{"a":'.repeat(100_000)],
  ['a kind that is no text', 'apiVersion: v1\nkind: {a: b}'],
  ['a name that is no text', 'apiVersion: v1\nkind: Pod\nmetadata: {name: {a: b}}'],
  ['metadata that is a list', 'apiVersion: v1\nkind: Pod\nmetadata: [a]'],
  ['a list of what is none', 'apiVersion: v1\nkind: List\nitems: [1, null, a, {}]'],
  ['a text that is cut off', 'apiVersion: v1\nkind: Pod\nmetadata: {name: "x'],
  ['what no YAML may have', 'a: \u0000'],
])('refuses %s from standard input', (_, text) => {
  const { revision } = cluster.history
  expect(type(`kubectl apply -f - <<EOF\n${text}\nEOF`)).toBe(1)
  expect(cluster.history.revision).toBe(revision)
})

it.each([
  ['{.items[?(@.metadata.name==web)]}', 1],
  ['{.items[?(@.metadata>1)]}', 0],
  [`${'{range .items[*]}'.repeat(500)}${'{end}'.repeat(500)}`, 0],
  [`{.a${'.a'.repeat(50_000)}}`, 0],
  [`{${'"'.repeat(10_001)}}`, 0],
  ['{range .items[*]}', 1],
])('answers the path %s', (path, code) => {
  expect(type(`kubectl get pods -o jsonpath='${path}'`)).toBe(code)
})

it('reads a duration without end', () => {
  expect(type(`kubectl delete pod nobody --timeout=${'1'.repeat(100_000)}`)).toBe(1)
})

it('answers any line', () => {
  const word = fc.oneof(
    fc.constantFrom(
      'kubectl',
      'curl',
      'get',
      'create',
      'delete',
      'describe',
      'patch',
      'label',
      'scale',
      'pods',
      'pod/web',
      '-o',
      'yaml',
      '-l',
      '-f',
      '-',
      '-p',
      '--',
      '--replicas=-1',
      "'",
      '"',
      '|',
      '<<EOF\n',
      ...WORDS,
    ),
    fc.string({ maxLength: 8 }),
  )
  fc.assert(
    fc.property(fc.constantFrom('kubectl ', 'curl https://127.0.0.1:6443', ''), fc.array(word, { maxLength: 6 }), (program, words) => {
      expect(type(program + words.join(' '))).toBeGreaterThanOrEqual(-1)
    }),
    { numRuns: 200, seed: 29 },
  )
})
