import fc from 'fast-check'
import { beforeEach, expect, it } from 'vitest'
import { parseYaml, printYaml } from '../api/yaml/yaml'
import { goJson, type JsonObject } from '../base/json'
import type { HttpResponse } from '../base/wire'
import type { Cluster } from '../cluster/types'
import { get, post, watch } from '../testing/ask'
import { aCluster, admin, bootstrap } from '../testing/builders'
import { messageOf, sendHostile } from '../testing/hostile'

const DEPTH = 9990
const THINGS = '/apis/example.com/v1/namespaces/default/things'
const names = { plural: 'things', singular: 'thing', kind: 'Thing', listKind: 'ThingList' }
const kept = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true }
const definition = (spec: object, plural = 'things') => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: `${plural}.example.com` },
  spec: {
    group: 'example.com',
    scope: 'Namespaced',
    names: { ...names, plural },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        schema: { openAPIV3Schema: { type: 'object', properties: { spec } } },
        additionalPrinterColumns: [{ name: 'X', type: 'string', jsonPath: '.spec.x' }],
      },
    ],
  },
})
const DEFINITIONS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions'

let cluster: Cluster
beforeEach(() => {
  cluster = aCluster({ bootstrap, yaml: { parseYaml, printYaml } })
  post(cluster, DEFINITIONS, definition(kept) as unknown as JsonObject)
  cluster.run()
})

const send = (method: string, path: string, body: string, headers: Record<string, string> = {}): HttpResponse =>
  sendHostile(cluster, { method, path, body, headers })
const patch = (type: string, path: string, body: string) => send('PATCH', path, body, { 'content-type': `application/${type}` })
const nested = (depth: number, leaf = '1') => `${'{"a":'.repeat(depth)}${leaf}${'}'.repeat(depth)}`
const thing = (name: string, x: string) => `{"apiVersion":"example.com/v1","kind":"Thing","metadata":{"name":"${name}"},"spec":{"x":${x}}}`
const xOf = (response: HttpResponse) => goJson(((response.body as JsonObject).spec as JsonObject).x)

it('keeps, patches and shows a custom resource ten thousand deep, in the time of any request', () => {
  const events = watch(cluster, admin, `${THINGS}?watch=true`)
  expect(xOf(send('POST', THINGS, thing('t', nested(DEPTH))))).toBe(nested(DEPTH))
  expect(xOf(get(cluster, `${THINGS}/t`))).toBe(nested(DEPTH))
  expect(xOf(patch('merge-patch+json', `${THINGS}/t`, `{"spec":{"x":${nested(DEPTH, '2')}}}`))).toBe(nested(DEPTH, '2'))
  const put = `[{"op":"replace","path":"/spec/x${'/a'.repeat(DEPTH)}","value":3}]`
  expect(xOf(patch('json-patch+json', `${THINGS}/t`, put))).toBe(nested(DEPTH, '3'))
  const test = `[{"op":"test","path":"/spec/x","value":${nested(DEPTH, '4')}}]`
  expect(patch('json-patch+json', `${THINGS}/t`, test).status).toBe(422)
  const as = (accept: string) => sendHostile(cluster, { method: 'GET', path: THINGS, headers: { accept } })
  expect(as('application/json;as=Table;v=v1;g=meta.k8s.io').status).toBe(200)
  expect(as('application/yaml').status).toBe(200)
  expect(sendHostile(cluster, { method: 'DELETE', path: `${THINGS}/t` }).status).toBe(200)
  cluster.run()
  expect(events.map((event) => (typeof event === 'string' ? event : event.type))).toEqual(['ADDED', 'MODIFIED', 'MODIFIED', 'DELETED'])
})

it('knows whose each field is, ten thousand deep', () => {
  const apply = (manager: string, x: string, force = '') =>
    patch('apply-patch+yaml', `${THINGS}/t?fieldManager=${manager}${force}`, thing('t', x))
  const fields = (response: HttpResponse) =>
    ((response.body as JsonObject).metadata as { managedFields: { manager: string; fieldsV1: JsonObject }[] }).managedFields
  const created = apply('alice', nested(DEPTH))
  expect(created.status).toBe(201)
  const owned = `{"f:spec":{"f:x":${`{".":{},"f:a":`.repeat(DEPTH)}{}${'}'.repeat(DEPTH)}}}`
  expect(goJson(fields(created)[0]!.fieldsV1)).toBe(owned)
  expect(messageOf(apply('bob', nested(DEPTH, '2')))).toBe(
    `Apply failed with 1 conflict: conflict with "alice": .spec.x${'.a'.repeat(DEPTH)}`,
  )
  // The maps on the way have both.
  expect(fields(apply('bob', nested(DEPTH, '2'), '&force=true')).map(({ manager }) => manager)).toEqual(['alice', 'bob'])
})

it('keeps the owners that a client sends, however deep', () => {
  const fieldsV1 = `${'{"f:a":'.repeat(DEPTH)}{}${'}'.repeat(DEPTH)}`
  const managedFields = `[{"manager":"m","operation":"Update","apiVersion":"v1","fieldsType":"FieldsV1","fieldsV1":${fieldsV1}}]`
  const made = send('POST', '/api/v1/namespaces/default/configmaps', `{"metadata":{"name":"c","managedFields":${managedFields}},"data":{}}`)
  expect(made.status).toBe(201)
  expect(goJson(made.body)).toContain(fieldsV1)
})

it('reads YAML as deep as JSON', () => {
  const yaml = (method: string, path: string, type: string, x: string) =>
    send(method, path, `apiVersion: example.com/v1\nkind: Thing\nmetadata: {name: t}\nspec: {x: ${x}}\n`, {
      'content-type': `application/${type}`,
    })
  const lists = (depth: number) => `${'['.repeat(depth)}a${']'.repeat(depth)}`
  expect(xOf(yaml('POST', THINGS, 'yaml', lists(DEPTH)))).toBe(lists(DEPTH).replace('a', '"a"'))
  expect(xOf(yaml('PATCH', `${THINGS}/t?fieldManager=m&force=true`, 'apply-patch+yaml', lists(DEPTH)))).toBe(
    lists(DEPTH).replace('a', '"a"'),
  )
  const [atOnce, asText] = [lists(10_000), lists(9_999)]
  expect(messageOf(yaml('POST', THINGS, 'yaml', atOnce))).toContain('yaml: line 4: exceeded max depth of 10000')
  expect(messageOf(yaml('POST', THINGS, 'yaml', asText))).toContain("json parse error: invalid character '[' exceeded max depth")
  expect(messageOf(yaml('PATCH', `${THINGS}/t?fieldManager=m`, 'apply-patch+yaml', asText))).toBe(
    "error decoding patch: error unmarshaling JSON: while decoding JSON: invalid character '[' exceeded max depth",
  )
})

it('answers of any deep value what was sent', () => {
  const level = fc.constantFrom<readonly [string, string]>(['{"a":', '}'], ['[', ']'], ['[0,', ',1]'], ['{"b":null,"a":', ',"c":[]}'])
  const leaf = fc.constantFrom('1', '"x"', '{}', '[]', '9007199254740993', '0.5')
  fc.assert(
    fc.property(fc.array(level, { minLength: 1, maxLength: 8 }), leaf, fc.integer({ min: 100, max: 2000 }), (levels, last, times) => {
      const open = levels.map(([begin]) => begin).join('')
      const close = levels
        .map(([, end]) => end)
        .reverse()
        .join('')
      const depth = Math.min(times, Math.floor(9990 / levels.length))
      const x = open.repeat(depth) + last + close.repeat(depth)
      expect(xOf(send('POST', `${THINGS}?dryRun=All`, thing('t', x)))).toBe(x)
    }),
    { numRuns: 15, seed: 21 },
  )
})

it('refuses a definition whose schema is nested deeper than is looked through', () => {
  const schema = `${'{"type":"object","properties":{"a":'.repeat(2000)}{"type":"string"}${'}}'.repeat(2000)}`
  const body = JSON.stringify(definition({}, 'deeps')).replace('"spec":{}', `"spec":${schema}`)
  const refused = send('POST', DEFINITIONS, body)
  expect([refused.status, messageOf(refused)]).toEqual([422, expect.stringContaining('exceeded max depth')])
})
