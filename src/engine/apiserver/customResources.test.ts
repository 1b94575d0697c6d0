import { beforeEach, describe, expect, it } from 'vitest'
import type { ApiObject, JsonObject } from '../api/object'
import type { Cluster } from '../cluster/types'
import { ask, get, post } from '../testing/ask'
import { aCluster, admin } from '../testing/builders'

const DEFINITIONS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions'
const SHIPS = '/apis/example.com/v1/namespaces/default/ships'

const schema = {
  type: 'object',
  properties: {
    spec: {
      type: 'object',
      required: ['sails'],
      properties: {
        sails: { type: 'integer', minimum: 1, default: 2 },
        port: { 'x-kubernetes-int-or-string': true },
        crew: {
          type: 'array',
          'x-kubernetes-list-type': 'map',
          'x-kubernetes-list-map-keys': ['name'],
          items: { type: 'object', required: ['name'], properties: { name: { type: 'string' }, rank: { type: 'string' } } },
        },
        cargo: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
        label: { type: 'string' },
        replicas: { type: 'integer' },
      },
      oneOf: [{ required: ['port'] }, { required: ['label'] }],
      'x-kubernetes-validations': [
        { rule: "!has(self.label) || self.label.startsWith('s')", messageExpression: "'label is ' + self.label", fieldPath: '.label' },
      ],
    },
    status: { type: 'object', properties: { replicas: { type: 'integer' }, phase: { type: 'string' } } },
  },
}

const definition = (more: JsonObject = {}, version: JsonObject = {}) => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'ships.example.com' },
  spec: {
    group: 'example.com',
    scope: 'Namespaced',
    names: { plural: 'ships', singular: 'ship', kind: 'Ship', shortNames: ['sh'] },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        schema: { openAPIV3Schema: schema },
        subresources: { status: {}, scale: { specReplicasPath: '.spec.replicas', statusReplicasPath: '.status.replicas' } },
        selectableFields: [{ jsonPath: '.spec.label' }],
        additionalPrinterColumns: [{ name: 'Sails', type: 'integer', jsonPath: '.spec.sails' }],
        ...version,
      },
      { name: 'v1beta1', served: true, storage: false, schema: { openAPIV3Schema: { type: 'object' } } },
    ],
    ...more,
  },
})
const ship = (name: string, spec: JsonObject) => ({ apiVersion: 'example.com/v1', kind: 'Ship', metadata: { name }, spec })
const message = (response: { readonly body?: unknown }) => (response.body as { readonly message?: string }).message

let cluster: Cluster
beforeEach(() => {
  cluster = aCluster()
})

function register(body: JsonObject = definition()): void {
  expect(post(cluster, DEFINITIONS, body).status).toBe(201)
  settle()
}

function settle(): void {
  for (let i = 0; i < 20; i++) get(cluster, '/version')
}

describe('a registered definition', () => {
  it('is named, established, and served', () => {
    register()
    const { status } = get(cluster, `${DEFINITIONS}/ships.example.com`).body as unknown as {
      status: { conditions: { type: string; status: string; reason: string }[] }
    }
    expect(status.conditions.map((c) => `${c.type}=${c.status} ${c.reason}`)).toEqual([
      'NamesAccepted=True NoConflicts',
      'Established=True InitialNamesAccepted',
    ])
    expect(get(cluster, '/apis/apiregistration.k8s.io/v1/apiservices/v1.example.com').status).toBe(200)
  })

  it('prunes, fills in, and keeps what it must', () => {
    register()
    const made = post(cluster, SHIPS, ship('a', { port: 'http', cargo: { tea: [1, { x: null }] }, rust: true }))
    expect(made.headers.warning).toBe('299 - "unknown field \\"spec.rust\\""')
    expect((made.body as unknown as ApiObject).spec).toEqual({ port: 'http', cargo: { tea: [1, { x: null }] }, sails: 2 })
    expect(post(cluster, `${SHIPS}?fieldValidation=Strict`, ship('b', { port: 1, rust: true })).status).toBe(400)
  })

  it.each([
    [{ port: true }, 'spec.port: Invalid value: "boolean": spec.port in body must be of type integer,string: "boolean"'],
    [{}, '<nil>: Invalid value: "": "spec" must validate one and only one schema (oneOf). Found none valid'],
    [{ port: 1, sails: 0 }, 'spec.sails: Invalid value: 0: spec.sails in body should be greater than or equal to 1'],
    [{ port: 1, crew: [{ name: 'x' }, { name: 'x' }] }, 'spec.crew[1]: Duplicate value: {"name":"x"}'],
    [{ port: 1, crew: [{ rank: 'x' }] }, 'spec.crew[0].name: Required value'],
    [{ label: 'boat' }, 'spec.label: Invalid value: label is boat'],
  ])('refuses %j', (spec, text) => {
    register()
    const refused = post(cluster, SHIPS, ship('a', spec))
    expect(refused.status).toBe(422)
    expect(message(refused)).toContain(text)
  })

  it('lets the first create wait two seconds, and those that come later not', () => {
    register()
    const lasts = (name: string) => {
      const before = cluster.now
      expect(post(cluster, SHIPS, ship(name, { label: 's' })).status).toBe(201)
      return cluster.now - before
    }
    expect(lasts('a')).toBeGreaterThanOrEqual(2000)
    expect(lasts('b')).toBeLessThan(100)
  })

  it('lets an update leave alone what has become wrong', () => {
    register()
    post(cluster, SHIPS, ship('a', { label: 'sloop', crew: [{ name: 'x', rank: 'cook' }] }))
    const tightened = structuredClone(schema)
    Object.assign(tightened.properties.spec.properties.label, { maxLength: 2 })
    const patch = { spec: { versions: definition({}, { schema: { openAPIV3Schema: tightened } }).spec.versions } }
    const merge = { 'content-type': 'application/merge-patch+json' }
    expect(ask(cluster, admin, { method: 'PATCH', path: `${DEFINITIONS}/ships.example.com`, headers: merge, body: patch }).status).toBe(200)
    settle()
    const change = (spec: JsonObject) => ask(cluster, admin, { method: 'PATCH', path: `${SHIPS}/a`, headers: merge, body: { spec } })
    expect(change({ sails: 5 }).status).toBe(200)
    expect(message(change({ label: 'schooner' }))).toContain('spec.label: Too long: may not be more than 2 bytes')
  })

  it('has patches, subresources, tables, selectors and versions', () => {
    register()
    post(cluster, SHIPS, ship('a', { label: 'sloop', replicas: 3 }))
    const strategic = { 'content-type': 'application/strategic-merge-patch+json' }
    const refused = ask(cluster, admin, { method: 'PATCH', path: `${SHIPS}/a`, headers: strategic, body: {} })
    expect(refused.status).toBe(415)
    expect(message(refused)).toContain('application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml')
    const merge = { 'content-type': 'application/merge-patch+json' }
    const status = ask(cluster, admin, {
      method: 'PATCH',
      path: `${SHIPS}/a/status`,
      headers: merge,
      body: { spec: { replicas: 9 }, status: { phase: 'Afloat', replicas: 1 } },
    }).body as unknown as ApiObject
    expect(status.metadata.generation).toBe(1)
    expect([status.spec, status.status]).toEqual([
      { label: 'sloop', replicas: 3, sails: 2 },
      { phase: 'Afloat', replicas: 1 },
    ])
    expect(get(cluster, `${SHIPS}/a/scale`).body).toMatchObject({ kind: 'Scale', spec: { replicas: 3 }, status: { replicas: 1 } })
    const scaled = ask(cluster, admin, { method: 'PATCH', path: `${SHIPS}/a/scale`, headers: merge, body: { spec: { replicas: 5 } } })
    expect(scaled.body).toMatchObject({ spec: { replicas: 5 } })
    const table = ask(cluster, admin, {
      method: 'GET',
      path: SHIPS,
      headers: { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' },
    })
    expect((table.body as unknown as { rows: { cells: unknown[] }[] }).rows[0]!.cells).toEqual(['a', 2])
    const labelled = get(cluster, `${SHIPS}?fieldSelector=spec.label%3Dyawl`).body as unknown as { items: unknown[] }
    expect(labelled.items).toEqual([])
    expect(get(cluster, SHIPS.replace('/v1/', '/v1beta1/')).body).toMatchObject({
      kind: 'ShipList',
      items: [{ apiVersion: 'example.com/v1beta1' }],
    })
  })

  it('merges an applied list by its keys, and names who owns what', () => {
    register()
    const apply = (manager: string, spec: JsonObject) =>
      ask(cluster, admin, {
        method: 'PATCH',
        path: `${SHIPS}/a?fieldManager=${manager}`,
        headers: { 'content-type': 'application/apply-patch+yaml' },
        body: ship('a', spec),
      })
    expect(apply('one', { label: 'sloop', crew: [{ name: 'x', rank: 'cook' }] }).status).toBe(201)
    const both = apply('two', { crew: [{ name: 'y' }] }).body as unknown as ApiObject
    expect((both.spec as { crew: unknown }).crew).toEqual([{ name: 'x', rank: 'cook' }, { name: 'y' }])
    expect(message(apply('two', { crew: [{ name: 'x', rank: 'mate' }] }))).toContain('conflict with "one": .spec.crew[name="x"].rank')
    expect(message(apply('two', { nothing: 1 }))).toContain('.spec.nothing: field not declared in schema')
  })

  it('goes with its objects when it is deleted', () => {
    register()
    post(cluster, SHIPS, ship('a', { label: 'sloop' }))
    const going = ask(cluster, admin, { method: 'DELETE', path: `${DEFINITIONS}/ships.example.com` }).body as unknown as ApiObject
    expect(going.metadata.finalizers).toEqual(['customresourcecleanup.apiextensions.k8s.io'])
    settle()
    expect(get(cluster, `${DEFINITIONS}/ships.example.com`).status).toBe(404)
    expect(get(cluster, `${SHIPS}/a`).body).toBe('404 page not found\n')
  })
})

describe('a definition', () => {
  const refusalOf = (body: JsonObject) => message(post(cluster, DEFINITIONS, body))
  it.each([
    [
      'another name',
      { metadata: { name: 'boats.example.com' } },
      'metadata.name: Invalid value: "boats.example.com": must be spec.names.plural+"."+spec.group',
    ],
    ['a protected group', {}, 'metadata.annotations[api-approved.kubernetes.io]: Required value: protected groups'],
  ])('is refused for %s', (what, more, text) => {
    const made = definition(what.startsWith('a protected') ? { group: 'ships.k8s.io' } : {})
    const body = { ...made, metadata: { name: `ships.${made.spec.group}` }, ...more } as JsonObject
    expect(refusalOf(body)).toContain(text)
  })

  const one = (openAPIV3Schema: JsonObject) => {
    const made = definition()
    const [first] = made.spec.versions
    return { ...made, spec: { ...made.spec, versions: [{ name: first!.name, served: true, storage: true, schema: { openAPIV3Schema } }] } }
  }
  const object = (properties: JsonObject) => ({ type: 'object', properties })
  it.each([
    [
      object({ spec: {} }),
      'spec.validation.openAPIV3Schema.properties[spec].type: Required value: must not be empty for specified object fields',
    ],
    [object({ a: { type: 'array' } }), 'spec.validation.openAPIV3Schema.properties[a].items: Required value: must be specified'],
    [
      object({ a: { type: 'integer', default: 'x' } }),
      'properties[a].default: Invalid value: "string":  in body must be of type integer: "string"',
    ],
    [
      object({ a: { type: 'string', default: 'x', anyOf: [{ minLength: 3 }] } }),
      'properties[a].default: Invalid value: "": "" must validate at least one schema (anyOf)',
    ],
    [
      object({ a: { type: 'array', items: { type: 'object' }, 'x-kubernetes-list-type': 'map' } }),
      'properties[a].x-kubernetes-list-map-keys: Required value: must not be empty if x-kubernetes-list-type is map',
    ],
    [
      { ...object({ a: { type: 'integer' } }), 'x-kubernetes-validations': [{ rule: 'self.b > 1' }] },
      "compilation failed: ERROR: <input>:1:5: undefined field 'b'\\n | self.b > 1\\n | ....^",
    ],
    [
      { ...object({ a: { type: 'integer' } }), 'x-kubernetes-validations': [{ rule: 'self.a + 1' }] },
      'cel expression must evaluate to a bool',
    ],
  ])('is refused for the schema %j', (openApi, text) => {
    expect(refusalOf(one(openApi))).toContain(text.replaceAll('\\n', '\n'))
  })

  it('does not get a name that another one has', () => {
    register()
    const rival = definition(
      { names: { plural: 'shipments', singular: 'shipment', kind: 'Shipment', shortNames: ['sh'] } },
      { selectableFields: [] },
    )
    post(cluster, DEFINITIONS, { ...rival, metadata: { name: 'shipments.example.com' } })
    settle()
    expect(get(cluster, `${DEFINITIONS}/shipments.example.com`).body).toMatchObject({
      status: {
        conditions: [
          { type: 'NamesAccepted', status: 'False', reason: 'ShortNamesConflict', message: '"sh" is already in use' },
          { type: 'Established', status: 'False', reason: 'NotAccepted' },
        ],
      },
    })
  })
})
