import { expect, test } from 'vitest'
import type { ApiObject, JsonObject } from '../../object'
import { serviceWarnings } from './warnings'

const of = (spec: JsonObject) => serviceWarnings({ metadata: { name: 'x' }, spec } as unknown as ApiObject)

test.each<[JsonObject, string[]]>([
  [{ type: 'ClusterIP', sessionAffinity: 'None' }, []],
  [
    { type: 'ClusterIP', clusterIP: 'None', clusterIPs: ['None'], sessionAffinity: 'ClientIP', externalIPs: ['1.2.3.4'] },
    ['spec.externalIPs is ignored for headless services', 'spec.SessionAffinity is ignored for headless services'],
  ],
  [{ type: 'ExternalName', externalIPs: ['1.2.3.4'] }, ['spec.externalIPs is ignored when spec.type is "ExternalName"']],
  [{ type: 'NodePort', externalName: 'a.b' }, ['spec.externalName is ignored when spec.type is not "ExternalName"']],
  [
    { type: 'ClusterIP', trafficDistribution: 'PreferClose' },
    ['spec.trafficDistribution: "PreferClose" is deprecated; use "PreferSameZone"'],
  ],
])('a Service is warned of: %j', (spec, expected) => {
  expect(of(spec)).toEqual(expected)
})
