import { beforeEach, expect, it } from 'vitest'
import type { JsonObject } from '../api/object'
import type { Cluster } from '../cluster/types'
import { ask, post } from '../testing/ask'
import { aCluster, aConfigMap, admin, CONFIG_MAPS } from '../testing/builders'

let cluster: Cluster
beforeEach(() => {
  cluster = aCluster()
  post(cluster, CONFIG_MAPS, aConfigMap('a', { x: '1' }))
})

function said(method: string, path: string, body: string | JsonObject, type = 'application/json'): string | undefined {
  const { body: answer } = ask(cluster, admin, { method, path: `${CONFIG_MAPS}${path}`, headers: { 'content-type': type }, body })
  return (answer as { readonly message?: string }).message
}

const SLASHES = 'unexpected GroupVersion string: a/b/c'

it.each<[string, string, string, string, string]>([
  [
    'POST',
    '',
    'application/json',
    'create',
    `the object provided is unrecognized (must be of type ConfigMap): ${SLASHES} ({"apiVersion":"a/b/c"})`,
  ],
  [
    'PUT',
    '/a',
    'application/json',
    'update',
    `the object provided is unrecognized (must be of type ConfigMap): ${SLASHES} ({"apiVersion":"a/b/c"})`,
  ],
  ['DELETE', '/a', 'application/json', 'delete', SLASHES],
  ['PATCH', '/a?fieldManager=m', 'application/apply-patch+yaml', 'apply', 'invalid object type: /, Kind='],
])('an apiVersion with two slashes is none: %s%s %s', (method, path, type, _, wanted) => {
  expect(said(method, path, '{"apiVersion":"a/b/c"}', type)).toBe(wanted)
  if (method !== 'DELETE') expect(said(method, path, { apiVersion: 'a/b/c' }, type)).toBe(wanted)
})

it('nor is it after a patch', () => {
  expect(said('PATCH', '/a', { apiVersion: 'a/b/c' }, 'application/merge-patch+json')).toMatch(new RegExp(`: ${SLASHES}$`))
})

it.each(['/', '/v1', ''])('%j is as good as what the path says', (apiVersion) => {
  expect(said('POST', '?dryRun=All', { ...aConfigMap('b'), apiVersion })).toBeUndefined()
})

it('unknown and repeated fields are told in the order of the text', () => {
  const text = '{"who":1,"data":{"a":"1","a":"2"},"metadata":{"name":"n","odd":{"x":1,"x":2},"name":"m"},"data":{},"last":1}'
  expect(said('POST', '?fieldValidation=Strict', text)).toBe(
    'ConfigMap in version "v1" cannot be handled as a ConfigMap: strict decoding error: unknown field "who", duplicate field "data.a", ' +
      'unknown field "metadata.odd", duplicate field "metadata.name", duplicate field "data", unknown field "last"',
  )
})
