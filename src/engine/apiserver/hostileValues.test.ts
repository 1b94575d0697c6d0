import fc from 'fast-check'
import { beforeEach, describe, expect, it } from 'vitest'
import { parseYaml, printYaml } from '../api/yaml/yaml'
import type { HttpResponse } from '../base/wire'
import type { Cluster } from '../cluster/types'
import { goJson, yamlNumber } from '../base/json'
import { get, post } from '../testing/ask'
import { aCluster, aConfigMap, aWholeCluster, bootstrap, CONFIG_MAPS, PODS } from '../testing/builders'
import { messageOf, sendHostile } from '../testing/hostile'

const DEFINITIONS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions'
const SHIPS = '/apis/example.com/v1/namespaces/default/ships'
const WORDS = ['__proto__', 'constructor', 'toString', 'hasOwnProperty']

let cluster: Cluster
beforeEach(() => {
  cluster = aCluster({
    bootstrap: { ...bootstrap, serviceaccounts: [{ metadata: { name: 'default', namespace: 'default' } }] },
    yaml: { parseYaml, printYaml },
  })
})

function send(method: string, path: string, body: string | object, type = 'json', headers: Record<string, string> = {}): HttpResponse {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  return sendHostile(cluster, { method, path, body: text, headers: { 'content-type': `application/${type}`, ...headers } })
}

function defineShips(spec: object): HttpResponse {
  const schema = { openAPIV3Schema: { type: 'object', properties: { spec } } }
  const names = { plural: 'ships', singular: 'ship', kind: 'Ship', listKind: 'ShipList' }
  const versions = [{ name: 'v1', served: true, storage: true, schema }]
  const made = send('POST', DEFINITIONS, {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'ships.example.com' },
    spec: { group: 'example.com', scope: 'Namespaced', names, versions },
  })
  cluster.run({ for: 5000, throughIdle: true })
  return made
}

const ANYTHING = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true }
const aShip = (rest: string) => `{"apiVersion":"example.com/v1","kind":"Ship",${rest}}`

describe('names that every object of JavaScript has', () => {
  it.each(WORDS)('%s is no kind, no type, no format and no label that anybody knows', (word) => {
    expect(send('POST', CONFIG_MAPS, { apiVersion: 'v1', kind: word, metadata: { name: 'a' } }).status).toBe(400)
    const asNode = { 'impersonate-user': 'system:node:n', 'impersonate-group': 'system:nodes' }
    expect(send('POST', `/api/v1/${word}`, {}, 'json', asNode).status).toBe(403)
    expect(defineShips({ type: word, format: word }).status).toBe(422)
    expect(defineShips({ type: 'string', format: word, 'x-kubernetes-validations': [{ rule: 'self == ""' }] }).status).toBe(201)
    const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 's' }, type: word, data: { [word]: 'e30=' } }
    expect(send('POST', '/api/v1/namespaces/default/secrets', secret).status).toBe(201)
    const pod = {
      metadata: { name: 'p' },
      spec: { containers: [{ name: 'c', image: 'i' }], nodeSelector: word.startsWith('_') ? {} : { [word]: 'x' } },
    }
    expect(send('POST', PODS, pod).headers.warning).toBeUndefined()
    expect(send('PATCH', `${PODS}/p/status`, { status: { phase: word } }, 'merge-patch+json').status).toBe(200)
    const headers = { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' }
    const { body } = sendHostile(cluster, { method: 'GET', path: PODS, headers })
    expect((body as unknown as { readonly rows: readonly { readonly cells: readonly unknown[] }[] }).rows[0]!.cells[2]).toBe(word)
  })
})

describe('a custom resource', () => {
  it.each([
    ['"x"', 'string'],
    ['5', 'number'],
    ['[]', 'array'],
    ['true', 'bool'],
  ])('whose metadata is %s is refused as Go does', (metadata, found) => {
    defineShips(ANYTHING)
    const error = `json: cannot unmarshal ${found} into Go value of type v1.ObjectMeta`
    expect(messageOf(send('POST', SHIPS, aShip(`"metadata":${metadata}`)))).toBe(
      `Ship in version "v1" cannot be handled as a Ship: ${error}`,
    )
    send('POST', SHIPS, aShip('"metadata":{"name":"a"}'))
    expect(messageOf(send('PATCH', `${SHIPS}/a`, `{"metadata":${metadata}}`, 'merge-patch+json'))).toContain(error)
  })

  it('has metadata where none are sent', () => {
    defineShips(ANYTHING)
    for (const body of [aShip('"metadata":null'), aShip('"spec":{}')]) expect(send('POST', SHIPS, body).status).toBe(422)
    send('POST', SHIPS, aShip('"metadata":{"name":"a"}'))
    expect(messageOf(send('PATCH', `${SHIPS}/a`, '{"metadata":null}', 'merge-patch+json'))).toBe(
      'the name of the object (a based on URL) was undeterminable: name must be provided',
    )
  })

  it('is refused for a number that no float64 holds, whatever its kind', () => {
    defineShips(ANYTHING)
    expect(messageOf(send('POST', SHIPS, aShip('"metadata":{"name":"a"},"spec":{"v":1e400}')))).toBe(
      'Ship in version "v1" cannot be handled as a Ship: json: cannot unmarshal number 1e400 into Go value of type float64',
    )
  })

  it('whose list of type map holds null is refused by its schema', () => {
    const port = { type: 'object', properties: { n: { type: 'integer' } }, required: ['n'] }
    const ports = { type: 'array', items: port, 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['n'] }
    defineShips({ type: 'object', properties: { ports } })
    expect(messageOf(send('POST', SHIPS, aShip('"metadata":{"name":"a"},"spec":{"ports":[null]}')))).toContain(
      'spec.ports[0]: Invalid value: "null": spec.ports[0] in body must be of type object: "null"',
    )
  })

  it('keeps lists of type map whose thousands of items are found again', () => {
    const port = {
      type: 'object',
      properties: { n: { type: 'integer' } },
      required: ['n'],
      'x-kubernetes-validations': [{ rule: 'self.n >= 0' }],
    }
    const ports = { type: 'array', items: port, 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['n'], maxItems: 10_000 }
    defineShips({ type: 'object', properties: { ports } })
    const list = JSON.stringify(Array.from({ length: 8000 }, (_, n) => ({ n })))
    expect(send('POST', SHIPS, aShip(`"metadata":{"name":"a"},"spec":{"ports":${list}}`)).status).toBe(201)
    expect(send('PATCH', `${SHIPS}/a`, `{"metadata":{"labels":{"a":"b"}},"spec":{"ports":${list}}}`, 'merge-patch+json').status).toBe(200)
  })
})

it('texts that do not print are named as Go quotes them', () => {
  const named = (name: string) => messageOf(send('POST', CONFIG_MAPS, { metadata: { name } }))
  expect(named('a\u0000\u2028é')).toMatch(/^ConfigMap "a\\x00\\u2028é" is invalid/)
  expect(named('\ud800')).toMatch(/^ConfigMap "\ufffd" is invalid/)
  const { headers } = send('POST', CONFIG_MAPS, { metadata: { name: 'a' }, ['\u0000']: 1 })
  expect(headers.warning).toBe(String.raw`299 - "unknown field \"\\x00\""`)
  const annotations = { a: '💥', b: '\u0000\u001b' }
  send('POST', CONFIG_MAPS, { metadata: { name: 'b', annotations } })
  const yaml = sendHostile(cluster, { method: 'GET', path: `${CONFIG_MAPS}/b`, headers: { accept: 'application/yaml' } }).body as unknown
  expect(yaml).toContain(String.raw`    a: "\U0001F4A5"
    b: "\0\e"
`)
})

describe('what no YAML may hold', () => {
  const inYaml = (path: string) => sendHostile(cluster, { method: 'GET', path, headers: { accept: 'application/yaml' } })

  it.each(['\u007f', '\u0080', '\ufffe', '\uffff'])('%j is kept, and told in JSON alone', (character) => {
    expect(send('POST', CONFIG_MAPS, aConfigMap('a', { a: character })).status).toBe(201)
    const { status, body } = inYaml(`${CONFIG_MAPS}/a`)
    expect([status, body]).toEqual([
      500,
      "apiVersion: v1\ncode: 500\nkind: Status\nmessage: 'yaml: control characters are not allowed'\nmetadata: {}\nstatus: Failure\n",
    ])
    expect(inYaml(CONFIG_MAPS).status).toBe(500)
    expect(messageOf(send('PATCH', `${CONFIG_MAPS}/a?fieldManager=m`, aConfigMap('a', { b: character }), 'apply-patch+yaml'))).toBe(
      'error decoding patch: error converting YAML to JSON: yaml: control characters are not allowed',
    )
  })

  it('what JSON escapes, and line breaks of whichever kind, it may', () => {
    expect(send('POST', CONFIG_MAPS, aConfigMap('a', { a: '\u0001\u0085\ufeff' })).status).toBe(201)
    expect(inYaml(`${CONFIG_MAPS}/a`).body).toContain('a: "\\x01\\N\\uFEFF"')
    const yaml = 'metadata: {name: b}\r\ndata:\r\n  a: |\r\n    x\r\n    y\r\n'
    expect(send('POST', CONFIG_MAPS, yaml, 'yaml').body).toMatchObject({ data: { a: 'x\ny\n' } })
  })
})

describe('numbers', () => {
  const DIGITS = ['9223372036854775807', '-9223372036854775808', '1000000000000000000', '9007199254740993', '-9007199254740995']

  it.each(DIGITS)('%s is told with all its digits', (digits) => {
    const pod = `{"metadata":{"name":"p"},"spec":{"activeDeadlineSeconds":${digits},"containers":[{"name":"c","image":"i"}]}}`
    expect(messageOf(send('POST', PODS, pod))).toContain(`spec.activeDeadlineSeconds: Invalid value: ${digits}: must be between 1 and`)
    expect(goJson({ n: BigInt(digits), s: digits })).toBe(`{"n":${digits},"s":"${digits}"}`)
    expect(yamlNumber(BigInt(digits))).toBe(digits)
  })

  it.each(DIGITS)('%s is kept by a custom resource, whatever touches it', (digits) => {
    const rule = { rule: 'self.n - 1 < self.n || self.n + 1 > self.n', message: 'not in order' }
    const properties = {
      n: { type: 'integer', format: 'int64' },
      list: { type: 'array', items: { type: 'integer' } },
      other: { type: 'integer' },
    }
    defineShips({ type: 'object', properties, 'x-kubernetes-preserve-unknown-fields': true, 'x-kubernetes-validations': [rule] })
    const text = (path = '/a') => goJson(get(cluster, SHIPS + path).body)
    expect(
      send('POST', SHIPS, aShip(`"metadata":{"name":"a"},"spec":{"n":${digits},"list":[${digits}],"free":{"x":${digits}}}`)).status,
    ).toBe(201)
    expect(text()).toContain(`"spec":{"n":${digits},"list":[${digits}],"free":{"x":${digits}}}`)
    expect(send('PATCH', `${SHIPS}/a`, `{"spec":{"other":${digits}}}`, 'merge-patch+json').status).toBe(200)
    const operations = `[{"op":"test","path":"/spec/other","value":${digits}},{"op":"copy","from":"/spec/other","path":"/spec/list/-"}]`
    expect(send('PATCH', `${SHIPS}/a`, operations, 'json-patch+json').status).toBe(200)
    const wrong = `[{"op":"test","path":"/spec/other","value":${BigInt(digits) - 1n}}]`
    expect(send('PATCH', `${SHIPS}/a`, wrong, 'json-patch+json').status).toBe(422)
    const applied = send('PATCH', `${SHIPS}/b?fieldManager=m`, aShip(`"metadata":{"name":"b"},"spec":{"n":${digits}}`), 'apply-patch+yaml')
    expect(applied.status).toBe(201)
    expect(text()).toContain(`"list":[${digits},${digits}],"free":{"x":${digits}},"other":${digits}}`)
    const yaml = sendHostile(cluster, { method: 'GET', path: `${SHIPS}/b`, headers: { accept: 'application/yaml' } }).body
    expect(yaml).toContain(`  "n": ${digits}\n`)
    expect(send('PUT', `${SHIPS}/b`, yaml as unknown as string, 'yaml').body).toEqual(applied.body)
    expect(messageOf(send('POST', SHIPS, aShip(`"metadata":{"name":"c"},"spec":{"n":"x","list":[1.5, ${digits}0]}`)))).toContain(
      'spec.list[0]',
    )
  })

  it('beyond 64 bits and with fractions are doubles where no type says that they are none', () => {
    defineShips(ANYTHING)
    const spec = '{"a":9223372036854775808,"b":1e18,"c":9007199254740993.0,"d":1e21}'
    send('POST', SHIPS, aShip(`"metadata":{"name":"a"},"spec":${spec}`))
    expect(goJson(get(cluster, `${SHIPS}/a`).body)).toContain(
      '"spec":{"a":9223372036854776000,"b":1000000000000000000,"c":9007199254740992,"d":1e+21}',
    )
  })

  it.each(['9007199254740993', '9223372036854775807'])(
    '%s seconds are what a Pod, its deletion and its controllers live with',
    (digits) => {
      cluster = aWholeCluster(1, { yaml: { parseYaml, printYaml } })
      cluster.run({ for: 20_000 })
      const template = `{"metadata":{"labels":{"a":"b"}},"spec":{"terminationGracePeriodSeconds":${digits},"containers":[{"name":"c","image":"i","lifecycle":{"preStop":{"sleep":{"seconds":5}}}}],"tolerations":[{"operator":"Exists","effect":"NoExecute","tolerationSeconds":${digits}}]}}`
      const job = `{"metadata":{"name":"j"},"spec":{"activeDeadlineSeconds":${digits},"template":${template.replace('"containers"', '"restartPolicy":"Never","containers"')}}}`
      const deployment = `{"metadata":{"name":"d"},"spec":{"selector":{"matchLabels":{"a":"b"}},"template":${template}}}`
      const cronJob = `{"metadata":{"name":"c"},"spec":{"schedule":"* * * * *","startingDeadlineSeconds":${digits},"jobTemplate":{"spec":{"template":${template.replace('"containers"', '"restartPolicy":"Never","containers"')}}}}}`
      expect(send('POST', '/apis/apps/v1/namespaces/default/deployments', deployment).status).toBe(201)
      expect(send('POST', '/apis/batch/v1/namespaces/default/jobs', job).status).toBe(201)
      expect(send('POST', '/apis/batch/v1/namespaces/default/cronjobs', cronJob).status).toBe(201)
      cluster.run({ for: 130_000, throughIdle: true })
      const pods = () => (get(cluster, PODS).body as unknown as { items: { metadata: { name: string } }[] }).items
      expect(goJson(pods())).toContain(`"terminationGracePeriodSeconds":${digits}`)
      expect(pods().length).toBeGreaterThan(2)
      for (const { metadata } of pods())
        expect(sendHostile(cluster, { method: 'DELETE', path: `${PODS}/${metadata.name}?gracePeriodSeconds=${digits}` }).status).toBe(200)
      cluster.run({ for: 60_000, throughIdle: true })
      expect(
        send(
          'POST',
          '/apis/apps/v1/namespaces/default/controllerrevisions',
          `{"metadata":{"name":"r"},"revision":${digits},"data":{"a":${digits}}}`,
        ).status,
      ).toBe(201)
      expect(goJson(get(cluster, '/apis/apps/v1/namespaces/default/controllerrevisions/r').body)).toContain(`"data":{"a":${digits}}`)
    },
  )

  it('zero has no sign', () => {
    const pod = '{"metadata":{"name":"p"},"spec":{"terminationGracePeriodSeconds":-0,"containers":[{"name":"c","image":"i"}]}}'
    expect(send('POST', PODS, pod).body).toMatchObject({ spec: { terminationGracePeriodSeconds: 0 } })
  })

  it('any JSON is written as JavaScript writes it, but for whole numbers beyond 2⁵³', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(JSON.parse(goJson(value))).toEqual(JSON.parse(JSON.stringify(value)))
      }),
      { seed: 17 },
    )
  })
})

describe('lists of thousands', () => {
  it('of values that none of a thousand allowed ones is are each told of', () => {
    const e = { type: 'string', enum: Array.from({ length: 1000 }, (_, i) => `value-${i}`) }
    defineShips({ type: 'object', properties: { ports: { type: 'array', items: e } } })
    const refused = send('POST', SHIPS, aShip(`"metadata":{"name":"a"},"spec":{"ports":[${Array(8000).fill('"x"').join()}]}`))
    expect(messageOf(refused)).toMatch(
      /^Ship.example.com "a" is invalid: \[spec.ports\[0\]: Unsupported value: "x": supported values: "value-0", /,
    )
  })

  it('of drivers are each compared with what they were', () => {
    const drivers = (nodeID: string) => Array.from({ length: 7000 }, (_, i) => ({ name: `d${i}`, nodeID, topologyKeys: ['k'] }))
    const path = '/apis/storage.k8s.io/v1/csinodes'
    const aNode = (nodeID: string) => ({ metadata: { name: 'n' }, spec: { drivers: drivers(nodeID) } })
    expect(send('POST', path, aNode('a')).status).toBe(201)
    expect(send('PATCH', `${path}/n`, { metadata: { labels: { a: 'b' } } }, 'merge-patch+json').status).toBe(200)
    expect(messageOf(send('PATCH', `${path}/n`, aNode('b'), 'merge-patch+json'))).toContain('spec.drivers: Invalid value: {"Name":"d6999",')
  })

  it('of owners that all control are each told of, until the answer is full', () => {
    const owners = (n: number) =>
      Array.from({ length: n }, (_, i) => ({ apiVersion: 'v1', kind: 'Pod', name: `p${i}`, uid: `u${i}`, controller: true }))
    const refused = (n: number) => {
      const { status, body } = send('POST', CONFIG_MAPS, { ...aConfigMap('a'), metadata: { name: 'a', ownerReferences: owners(n) } })
      expect(status).toBe(422)
      return (body as unknown as { readonly details: { readonly causes: readonly unknown[] } }).details.causes.length
    }
    expect(refused(200)).toBe(199)
    expect(refused(20_000)).toBeGreaterThan(1)
  })

  it('of claims that nobody made are each told of', () => {
    const claims = Array.from({ length: 20_000 }, (_, i) => ({ name: `v${i}` }))
    const pod = { metadata: { name: 'p' }, spec: { containers: [{ name: 'c', image: 'i', resources: { claims } }] } }
    expect(messageOf(send('POST', PODS, pod))).toContain(
      'claims[19999]: Not found: "v19999": must be one of the names in pod.spec.resourceClaims',
    )
  })

  it('of constraints and tolerations are compared once', () => {
    const topologySpreadConstraints = Array.from({ length: 10_000 }, (_, i) => ({
      maxSkew: 1,
      topologyKey: `k${i}`,
      whenUnsatisfiable: 'ScheduleAnyway',
    }))
    const tolerations = Array.from({ length: 10_000 }, (_, i) => ({ key: `k${i}`, operator: 'Exists' }))
    const spec = { containers: [{ name: 'c', image: 'i' }], topologySpreadConstraints, tolerations, schedulingGates: [{ name: 'g' }] }
    expect(post(cluster, PODS, { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' }, spec }).status).toBe(201)
    expect(send('PATCH', `${PODS}/p`, { metadata: { labels: { a: 'b' } } }, 'merge-patch+json').status).toBe(200)
    const runtimeClass = { metadata: { name: 'r' }, handler: 'r', scheduling: { tolerations } }
    expect(send('POST', '/apis/node.k8s.io/v1/runtimeclasses', runtimeClass).status).toBe(201)
  })
})
