import fc from 'fast-check'
import { beforeEach, describe, expect, it } from 'vitest'
import { goJson, type JsonObject } from '../base/json'
import type { HttpResponse } from '../base/wire'
import type { ProgramRequest } from '../client/program'
import type { Cluster } from '../cluster/types'
import { aCluster, aConfigMap, bootstrap, CONFIG_MAPS, PODS } from '../testing/builders'
import { get } from '../testing/ask'
import { messageOf, sendHostile } from '../testing/hostile'

const DEPLOYMENTS = '/apis/apps/v1/namespaces/default/deployments'

let cluster: Cluster
beforeEach(() => {
  cluster = aCluster({
    bootstrap: { ...bootstrap, serviceaccounts: [{ metadata: { name: 'default', namespace: 'default' } }] },
  })
})

function send(method: string, path: string, body?: ProgramRequest['body'], headers: Record<string, string> = {}): HttpResponse {
  return sendHostile(cluster, { method, path, headers, ...(body === undefined ? {} : { body }) })
}

const patch = (type: string, path: string, body: unknown) =>
  send('PATCH', path, typeof body === 'string' ? body : JSON.stringify(body), { 'content-type': `application/${type}` })
const named = (n: number, value: (i: number) => unknown) => Object.fromEntries(Array.from({ length: n }, (_, i) => [`n${i}`, value(i)]))

const json = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.string(),
    fc.double(),
    fc.boolean(),
    fc.constantFrom(null, '', '__proto__', '\ud800', 1e21, -0, 2 ** 31, 9007199254740993),
    fc.array(tie('value')),
    fc.dictionary(
      fc.constantFrom('name', 'image', 'containers', 'env', '__proto__', 'constructor', 'toString', 'labels', '$patch'),
      tie('value'),
    ),
  ),
})).value

describe('bodies', () => {
  it('answers any text with a Status of the 400s', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (body) => {
        const { status } = send('POST', PODS, body)
        expect(status).toBeGreaterThanOrEqual(400)
        expect(status).toBeLessThan(500)
      }),
      { numRuns: 150, seed: 7 },
    )
  })

  it('answers any JSON where a Pod is due, whole or cut off', () => {
    fc.assert(
      fc.property(json, json, fc.nat(), (metadata, spec, cut) => {
        const whole = JSON.stringify({ apiVersion: 'v1', kind: 'Pod', metadata, spec })
        expect(send('POST', PODS, whole).status).toBeGreaterThanOrEqual(400)
        expect(send('POST', PODS, whole.slice(0, cut % whole.length)).status).toBe(400)
      }),
      { numRuns: 150, seed: 11 },
    )
  })

  it('refuses a body over 3 MiB with 413, and one that etcd finds too large with its own words', () => {
    const big = (bytes: number) => JSON.stringify({ ...aConfigMap('big'), zzz: 'x'.repeat(bytes) })
    expect(send('POST', CONFIG_MAPS, big(3 * 1024 * 1024)).status).toBe(413)
    const env = Array.from({ length: 16_000 }, (_, i) => ({ name: `V${i}`, value: 'v'.repeat(90) }))
    const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' }, spec: { containers: [{ name: 'c', image: 'i', env }] } }
    const refused = send('POST', PODS, JSON.stringify(pod))
    expect([refused.status, messageOf(refused)]).toEqual([500, 'etcdserver: request is too large'])
  })

  it.each([
    ['lists', '['.repeat(200_000)],
    ['objects', '{"a":'.repeat(200_000)],
    ['what is cut off', `{"apiVersion":"v1","kind":"ConfigMap","data":{"a":"${'x'.repeat(1_000_000)}`],
  ])('refuses %s without end', (_, body) => {
    expect(send('POST', CONFIG_MAPS, body).status).toBe(400)
  })

  const nested = (depth: number) => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`

  it('reads what is nested ten thousand deep, and keeps it', () => {
    const unknown = (depth: number) => send('POST', CONFIG_MAPS, `{"metadata":{"name":"d${depth}"},"x":${nested(depth)}}`)
    expect(unknown(9999)).toMatchObject({ status: 201, headers: { warning: '299 - "unknown field \\"x\\""' } })
    expect(messageOf(unknown(10_000))).toContain("json parse error: invalid character '{' exceeded max depth")
    const labels = `{"metadata":{"name":"l","labels":{"a":${nested(9000)}}}}`
    expect(messageOf(send('POST', CONFIG_MAPS, labels))).toContain(
      'cannot unmarshal object into Go struct field ObjectMeta.metadata.labels',
    )
    const limits = `{"metadata":{"name":"q"},"spec":{"hard":{"cpu":${nested(9000)}}}}`
    expect(messageOf(send('POST', '/api/v1/namespaces/default/resourcequotas', limits))).toContain('quantities must match the regular')
    const revisions = '/apis/apps/v1/namespaces/default/controllerrevisions'
    const revision = (depth: number) => send('POST', revisions, `{"metadata":{"name":"r"},"revision":1,"data":${nested(depth)}}`)
    expect(messageOf(revision(10_000))).toContain('exceeded max depth')
    expect(revision(9999).status).toBe(201)
    expect(goJson((get(cluster, `${revisions}/r`).body as JsonObject).data)).toBe(nested(9999))
  })

  it('tells of a hundred unknown or repeated fields, and sends no more warnings than a header holds', () => {
    const unknown = JSON.stringify({ ...aConfigMap('a'), ...named(50_000, () => 1) })
    const { status, headers } = send('POST', CONFIG_MAPS, unknown)
    expect(status).toBe(201)
    expect(headers.warning?.split(', ').length).toBe(100)
    expect(messageOf(send('POST', `${CONFIG_MAPS}?fieldValidation=Strict`, unknown)).split(', ').length).toBe(100)
    const long = JSON.stringify({ ...aConfigMap('b'), ['x'.repeat(5000)]: 1, ['y'.repeat(5000)]: 1 })
    const cut = (letter: string) => String.raw`299 - "unknown field \"${letter.repeat(256 - 'unknown field "'.length)}"`
    expect(send('POST', CONFIG_MAPS, long).headers.warning).toBe(`${cut('x')}, ${cut('y')}`)
    const repeated = `{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"c"},"data":{${'"a":"1",'.repeat(100_000)}"a":"2"}}`
    expect(send('POST', CONFIG_MAPS, repeated).headers.warning).toBe('299 - "duplicate field \\"data.a\\""')
  })

  it('takes objects of very many fields and items', () => {
    const labels = named(30_000, () => 'v')
    expect(send('POST', CONFIG_MAPS, JSON.stringify({ ...aConfigMap('l'), metadata: { name: 'l', labels } })).status).toBe(201)
    const finalizers = Array.from({ length: 20_000 }, (_, i) => `a.b/c${i}`)
    expect(send('POST', CONFIG_MAPS, JSON.stringify({ ...aConfigMap('f'), metadata: { name: 'f', finalizers } })).status).toBe(201)
    expect(send('POST', CONFIG_MAPS, JSON.stringify({ ...aConfigMap('k'), data: named(30_000, () => 'v') })).status).toBe(201)
    expect(patch('merge-patch+json', `${CONFIG_MAPS}/k`, { data: named(30_000, () => null) }).status).toBe(200)
  })

  it('keeps fields that are called as what every object of JavaScript has', () => {
    const data = '{"__proto__":"a","constructor":"b","toString":"c"}'
    const body = `{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"p"},"data":${data}}`
    expect(send('POST', CONFIG_MAPS, body).status).toBe(201)
    expect(patch('merge-patch+json', `${CONFIG_MAPS}/p`, '{"data":{"__proto__":"A","hasOwnProperty":"d"}}').status).toBe(200)
    expect(patch('json-patch+json', `${CONFIG_MAPS}/p`, '[{"op":"add","path":"/data/valueOf","value":"e"}]').status).toBe(200)
    const stored = (get(cluster, `${CONFIG_MAPS}/p`).body as { readonly data: object }).data
    expect(JSON.stringify(stored)).toBe('{"__proto__":"A","constructor":"b","toString":"c","hasOwnProperty":"d","valueOf":"e"}')
    expect(Object.keys(Object.prototype)).toEqual([])
  })

  it.each([
    ['1.0', 'number 1.0'],
    ['1e2', 'number 1e2'],
    ['2147483648', 'number 2147483648'],
    ['99999999999999999999', 'number 99999999999999999999'],
    ['1e400', 'number 1e400'],
  ])('refuses %s replicas as Go does', (replicas, shown) => {
    const body = `{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"d"},"spec":{"replicas":${replicas}}}`
    const { status, body: answer } = send('POST', DEPLOYMENTS, body)
    expect(status).toBe(400)
    expect((answer as { readonly message: string }).message).toBe(
      `Deployment in version "v1" cannot be handled as a Deployment: json: cannot unmarshal ${shown} into Go struct field DeploymentSpec.spec.replicas of type int32`,
    )
  })
})

describe('patches', () => {
  const target = `${CONFIG_MAPS}/t`
  const deployment = `${DEPLOYMENTS}/d`
  const template = { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'c', image: 'i' }] } }
  beforeEach(() => {
    send('POST', CONFIG_MAPS, aConfigMap('t', { a: 'b' }))
    const spec = { replicas: 0, selector: { matchLabels: { a: 'b' } }, template }
    send('POST', DEPLOYMENTS, { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'd' }, spec })
  })

  it.each(['json-patch+json', 'merge-patch+json', 'strategic-merge-patch+json', 'apply-patch+yaml'])(
    'answers any JSON sent as %s',
    (type) => {
      const operation = fc.record({
        op: fc.constantFrom('add', 'remove', 'replace', 'move', 'copy', 'test', '__proto__', null),
        path: fc.constantFrom('', '/', '/data', '/data/a', '/data/-', '/__proto__/x', '/metadata/labels/~1', '/constructor', 'x', 7),
        from: fc.constantFrom('', '/data', '/data/a', '/nowhere'),
        value: json,
      })
      fc.assert(
        fc.property(
          type === 'json-patch+json' ? fc.array(operation) : fc.record({ metadata: json, spec: json }, { requiredKeys: [] }),
          (body) => {
            for (const path of [target, deployment]) expect(patch(type, `${path}?fieldManager=m&dryRun=All`, body).status).not.toBe(0)
          },
        ),
        { numRuns: 60, seed: 3 },
      )
    },
  )

  it('takes ten thousand operations of a JSON patch, and refuses one more', () => {
    const operations = (n: number) => Array.from({ length: n }, (_, i) => ({ op: 'add', path: `/data/k${i}`, value: 'v' }))
    expect(patch('json-patch+json', target, operations(10_000)).status).toBe(200)
    expect(patch('json-patch+json', target, operations(10_001)).status).toBe(413)
  })

  it('lets copies add 3 MiB and no more, and moves nest no deeper than a text may', () => {
    const grow = { op: 'copy', from: '/data', path: '/data/z' }
    expect(
      patch(
        'json-patch+json',
        target,
        Array.from({ length: 60 }, () => grow),
      ).status,
    ).toBe(422)
    const nest = [
      { op: 'add', path: '/n', value: {} },
      { op: 'move', from: '/data', path: '/n/data' },
      { op: 'move', from: '/n', path: '/data' },
    ]
    const nests = JSON.stringify(Array.from({ length: 3000 }, () => nest).flat()).slice(1)
    const deep = `{"op":"add","path":"/data","value":${'['.repeat(8000)}${']'.repeat(8000)}}`
    expect(messageOf(patch('json-patch+json', target, `[${deep},${nests}`))).toBe('exceeded max depth')
  })

  it('changes only one of the two places that a copy made', () => {
    const operations = [
      { op: 'add', path: '/metadata/labels', value: { a: '1' } },
      { op: 'copy', from: '/metadata/labels', path: '/metadata/annotations' },
      { op: 'add', path: '/metadata/annotations/b', value: '2' },
    ]
    const { body } = patch('json-patch+json', target, operations)
    expect(body).toMatchObject({ metadata: { labels: { a: '1' }, annotations: { a: '1', b: '2' } } })
    expect((body as unknown as { metadata: { labels: object } }).metadata.labels).toEqual({ a: '1' })
  })

  it('merges and orders, deletes and applies lists of thousands of items', () => {
    const env = (item: (name: string) => object) => Array.from({ length: 4000 }, (_, i) => item(`V${i}`))
    const container = (fields: object) => ({ spec: { template: { spec: { containers: [{ name: 'c', ...fields }] } } } })
    const strategic = (fields: object) => patch('strategic-merge-patch+json', deployment, container(fields)).status
    expect(strategic({ env: env((name) => ({ name, value: 'x' })) })).toBe(200)
    expect(strategic({ env: env((name) => ({ name, value: 'y' })), '$setElementOrder/env': env((name) => ({ name })) })).toBe(200)
    expect(strategic({ env: env((name) => ({ name, $patch: 'delete' })) })).toBe(200)
    const applied = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'd' }, ...container({ env: env((name) => ({ name })) }) }
    expect(patch('apply-patch+yaml', `${deployment}?fieldManager=m`, applied).status).toBe(200)
    const data = named(3000, (i) => `v${i}`)
    for (const force of ['false', 'true'])
      patch('apply-patch+yaml', `${target}?fieldManager=f&force=${force}`, { ...aConfigMap('t'), data })
    expect(patch('apply-patch+yaml', `${target}?fieldManager=f`, aConfigMap('t')).status).toBe(200)
  })
})

describe('queries', () => {
  const token = (value: unknown) => btoa(JSON.stringify(value)).replace(/=+$/, '').replace(/\+/g, '-').replace(/\//g, '_')

  it('answers any query with 200 or a Status of the 400s', () => {
    const parameter = fc.constantFrom(
      'limit',
      'timeoutSeconds',
      'resourceVersion',
      'resourceVersionMatch',
      'continue',
      'labelSelector',
      'fieldSelector',
      'sendInitialEvents',
      'pretty',
      '__proto__',
    )
    const value = fc.oneof(
      fc.string(),
      fc.constantFrom(
        '-1',
        'NaN',
        '1e9',
        '٣',
        '9223372036854775807',
        '99999999999999999999999',
        '%zz',
        '\ud800',
        'a in (',
        '!!',
        '=',
        ',,',
      ),
      json.map(token),
      fc.record({ v: fc.constantFrom('meta.k8s.io/v1', 1, null), rv: json, start: json }, { requiredKeys: [] }).map(token),
    )
    fc.assert(
      fc.property(fc.array(fc.tuple(parameter, value), { maxLength: 3 }), (pairs) => {
        const query = pairs.map(([name, text]) => `${name}=${encodeURIComponent(text.toWellFormed())}`).join('&')
        const { status } = send('GET', `${CONFIG_MAPS}?${query}`)
        expect(status === 200 || (status >= 400 && status < 500) || status === 504).toBe(true)
      }),
      { numRuns: 400, seed: 5 },
    )
  })

  it.each([
    [{ v: 1, rv: 5, start: 'a' }, 'json: cannot unmarshal number into Go struct field continueToken.v of type string'],
    [{ v: 'meta.k8s.io/v1', rv: 1.5, start: 'a' }, 'json: cannot unmarshal number 1.5 into Go struct field continueToken.rv of type int64'],
    [{ v: 'meta.k8s.io/v1', rv: 5, start: {} }, 'json: cannot unmarshal object into Go struct field continueToken.start of type string'],
    [{ v: 'meta.k8s.io/v1', rv: 5 }, 'encoded start key empty (version meta.k8s.io/v1)'],
    [{ v: 'meta.k8s.io/v1', rv: 5, start: '../secrets' }, '../secrets'],
  ])('refuses the continue token %o', (value, problem) => {
    expect(messageOf(send('GET', `${CONFIG_MAPS}?limit=1&continue=${token(value)}`))).toBe(
      `invalid continue token: continue key is not valid: ${problem}`,
    )
  })

  it('reads revisions as the numbers of 64 bits that they are', () => {
    const of = (version: string) => messageOf(send('GET', `${CONFIG_MAPS}?resourceVersion=${version}`))
    expect(of('18446744073709551615')).toMatch('Too large resource version: 18446744073709551615, current')
    expect(of('18446744073709551616')).toMatch('strconv.ParseUint: parsing "18446744073709551616": value out of range')
  })

  it('deletes no collection when an option of it cannot be read', () => {
    send('POST', CONFIG_MAPS, aConfigMap('a'))
    expect(send('DELETE', `${CONFIG_MAPS}?limit=x`).status).toBe(400)
    expect(get(cluster, `${CONFIG_MAPS}/a`).status).toBe(200)
  })
})

describe('paths and methods', () => {
  const WORDS = ['constructor', '__proto__', 'toString', 'hasOwnProperty']
  it.each(WORDS)('knows no resource, subresource or method %s', (word) => {
    for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', word])
      for (const path of [`${PODS}/x/${word}`, `/api/v1/${word}`, `/apis/${word}/${word}/${word}`, `/${word}`, `/healthz/${word}`]) {
        const { status } = send(method, path, '{}')
        expect([404, 405]).toContain(status)
      }
  })

  it('answers any path', () => {
    const part = fc.oneof(
      fc.constantFrom('', '.', '..', '%2e%2e', '%00', '%', '%zz', 'api', 'v1', 'namespaces', 'default', 'pods', 'watch', ...WORDS),
      fc.string(),
    )
    fc.assert(
      fc.property(fc.array(part, { maxLength: 8 }), fc.constantFrom('GET', 'POST', 'DELETE'), (parts, method) => {
        expect(send(method, `/${parts.join('/')}`).status).toBeGreaterThanOrEqual(200)
      }),
      { numRuns: 300, seed: 13 },
    )
  })
})

describe('what the HTTP server itself refuses', () => {
  it.each([
    ['GET', '/api/%zz', {}, 400, '400 Bad Request'],
    ['GET', '/api/a b', {}, 400, '400 Bad Request'],
    ['GET', 'api/v1', {}, 400, '400 Bad Request'],
    ['GE T', '/api/v1', {}, 400, '400 Bad Request'],
    ['GET', '/api/v1', { authorization: 'Bearer \u0000' }, 400, '400 Bad Request: invalid header value'],
    ['GET', '/api/v1', { 'a b': 'x' }, 400, '400 Bad Request: invalid header name'],
    ['GET', `/api/v1/${'a'.repeat(2_000_000)}`, {}, 431, '431 Request Header Fields Too Large'],
    ['GET', '/api/v1', { accept: '*/*,'.repeat(500_000) }, 431, '431 Request Header Fields Too Large'],
  ])('%s %s (%#)', (method, path, headers, status, body) => {
    expect(send(method, path, undefined, headers as Record<string, string>)).toMatchObject({ status, body })
  })

  it('answers a million bytes of headers in time', () => {
    for (const [name, value] of [
      ['accept', '*/*,'.repeat(250_000)],
      ['accept', `application/json;${'a=b;'.repeat(250_000)}`],
      ['authorization', `Bearer ${'a.'.repeat(500_000)}`],
      ['impersonate-group', 'g, '.repeat(300_000)],
      ['content-type', 'x;'.repeat(500_000)],
    ] as const)
      expect(send('GET', CONFIG_MAPS, undefined, { [name]: value, 'impersonate-user': 'a' }).status).toBeGreaterThanOrEqual(200)
  })
})

it('goes on when a handler breaks over what it was sent', () => {
  const broken = () => {
    throw new Error('a bug')
  }
  cluster = aCluster({ yaml: { parseYaml: broken, printYaml: broken } })
  const { status, body } = send('POST', CONFIG_MAPS, 'a: b', { 'content-type': 'application/yaml' })
  expect([status, body]).toEqual([500, 'This request caused apiserver to panic. Look in the logs for details.\n'])
  expect(get(cluster, CONFIG_MAPS).status).toBe(200)
})
