import { expect, it } from 'vitest'
import { fieldErrorText } from '../../errors/fieldErrorText'
import { clusterIpChangeErrors } from './clusterIps'
import { withFamilies } from './families'
import type { ServiceSpec } from './types'

const POLICY = 'spec.ipFamilyPolicy: Invalid value:'

it.each<[string, ServiceSpec, ServiceSpec | null, readonly string[] | string]>([
  ['IPv4 alone where nothing is said', {}, null, 'SingleStack IPv4'],
  ['what it prefers, as far as there is any', { ipFamilyPolicy: 'PreferDualStack' }, null, 'PreferDualStack IPv4'],
  ['both where endpoints come by hand', { clusterIP: 'None', clusterIPs: ['None'] }, null, 'RequireDualStack IPv4,IPv6'],
  ['the family of its address', { clusterIP: '10.96.1.1', clusterIPs: ['10.96.1.1'] }, null, 'SingleStack IPv4'],
  [
    'no family that the cluster has not',
    { ipFamilies: ['IPv6'] },
    null,
    ['spec.ipFamilies[0]: Invalid value: "IPv6": not configured on this cluster'],
  ],
  [
    'no two families on a cluster of one',
    { ipFamilyPolicy: 'RequireDualStack' },
    null,
    [`${POLICY} "RequireDualStack": this cluster is not configured for dual-stack services`],
  ],
  [
    'no two families where one is asked for',
    { ipFamilies: ['IPv4', 'IPv6'] },
    null,
    [`${POLICY} "SingleStack": must be 'RequireDualStack' or 'PreferDualStack' when multiple IP families are specified`],
  ],
  [
    'no address of another family',
    { clusterIP: '10.96.1.1', clusterIPs: ['10.96.1.1'], ipFamilies: ['IPv6'] },
    null,
    ['spec.clusterIPs[0]: Invalid value: "10.96.1.1": expected an IPv6 value as indicated by `ipFamilies[0]`'],
  ],
  [
    'the policy that it had',
    { clusterIP: '10.96.1.1', clusterIPs: ['10.96.1.1'] },
    { ipFamilyPolicy: 'PreferDualStack' },
    'PreferDualStack IPv4',
  ],
])('a Service has %s', (_, spec, former, expected) => {
  const result = withFamilies({ type: 'ClusterIP', ...spec }, former && { type: 'ClusterIP', ...former })
  if ('errors' in result) expect(result.errors.map(fieldErrorText)).toEqual(expected)
  else expect(`${result.spec.ipFamilyPolicy} ${result.spec.ipFamilies?.join(',')}`).toBe(expected)
})

it('keeps its first address and family', () => {
  const former = { type: 'ClusterIP', clusterIPs: ['10.96.1.1'], ipFamilies: ['IPv4'] }
  const says = (spec: ServiceSpec) => clusterIpChangeErrors({ ...former, ...spec }, former).map(fieldErrorText)
  expect(says({ clusterIPs: ['10.96.1.2'] })).toEqual(['spec.clusterIPs[0]: Invalid value: ["10.96.1.2"]: may not change once set'])
  expect(says({ ipFamilies: ['IPv6'] })).toEqual(['spec.ipFamilies[0]: Invalid value: ["IPv6"]: may not change once set'])
  expect(says({ clusterIPs: undefined })[0]).toBe('spec.clusterIPs[0]: Invalid value: null: primary clusterIP can not be unset')
})
