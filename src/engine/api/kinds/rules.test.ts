import { expect, test } from 'vitest'
import { fieldErrorText } from '../errors/fieldErrorText'
import type { Kind } from '../kind'
import type { ApiObject, JsonObject } from '../object'
import { labelKeyErrors } from '../validation/labels'
import { dns1035LabelErrors, dnsSubdomainErrors } from '../validation/names'
import { deployment } from './deployment'
import { endpoints } from './endpoints'
import { ingress } from './ingress'
import { ingressClass } from './ingressclass'
import { ipAddress } from './ipaddress'
import { node } from './node'
import { roleBinding } from './rolebindings'
import { runtimeClass } from './runtimeclass'
import { secret } from './secret'
import { serviceAccount } from './serviceaccount'
import { serviceCidr } from './servicecidr'
import { storageClass } from './storageclass'
import { validatingWebhookConfiguration } from './validatingwebhookconfiguration'
import { defaultPullPolicy } from './pod/defaults'

const errors = (kind: Kind, body: JsonObject) =>
  (kind.validate?.({ metadata: { name: 'x' }, ...body } as unknown as ApiObject) ?? []).map(fieldErrorText)
const backend = { service: { name: 's', port: { number: 80 } } }

test.each<[Kind, JsonObject, string[]]>([
  [
    node,
    { status: { declaredFeatures: ['B', 'A', 'A', 'a-b'] } },
    [
      'status.declaredFeatures[1]: Invalid value: "A": list must be sorted alphabetically',
      'status.declaredFeatures[2]: Duplicate value: "A"',
      'status.declaredFeatures[3]: Invalid value: "a-b": invalid feature name "a-b": must start with an UpperCamelCase segment, with subsequent segments separated by \'/\' (e.g., MyFeature or MyFeature/mySubFeature), and contain only alphanumeric characters and slashes',
    ],
  ],
  [secret, { type: 'kubernetes.io/ssh-auth', data: { 'ssh-privatekey': '' } }, ['data[ssh-privatekey]: Required value']],
  [
    deployment,
    {
      spec: {
        strategy: { type: 'Recreate' },
        selector: { matchExpressions: [{ values: ['v'], operator: 'In', key: 'a b' }], matchLabels: { b: '1', a: '2' } },
        template: { metadata: { labels: {} }, spec: { restartPolicy: 'Always', containers: [] } },
      },
    },
    [
      `spec.selector.matchExpressions[0].key: Invalid value: "a b": ${labelKeyErrors('a b')[0]}`,
      'spec.selector: Invalid value: {"matchLabels":{"a":"2","b":"1"},"matchExpressions":[{"key":"a b","operator":"In","values":["v"]}]}: invalid label selector',
      'spec.template.spec.containers: Required value',
    ],
  ],
  [
    validatingWebhookConfiguration,
    {
      webhooks: [
        {
          name: 'a.b.c',
          sideEffects: 'None',
          admissionReviewVersions: ['v1', '1'],
          clientConfig: { service: { name: 's', path: '/a//B' } },
        },
      ],
    },
    [
      'webhooks[0].clientConfig.service.namespace: Required value',
      'webhooks[0].clientConfig.service.path: Invalid value: "/a//B": segment[1] may not be empty',
      `webhooks[0].clientConfig.service.path: Invalid value: "/a//B": segment[2]: ${dnsSubdomainErrors('B')[0]}`,
      `webhooks[0].admissionReviewVersions[1]: Invalid value: "1": ${dns1035LabelErrors('1')[0]}`,
    ],
  ],
  [
    ingressClass,
    { spec: { controller: 'a.b/c', parameters: { kind: 'K', name: 'n', scope: 'Cluster', namespace: 'n' } } },
    ["spec.parameters.namespace: Forbidden: `parameters.scope` is set to 'Cluster'"],
  ],
  [ingress, { spec: { defaultBackend: {} } }, ['spec.defaultBackend: Invalid value: "": resource or service backend is required']],
  [
    ingress,
    { spec: { defaultBackend: { resource: { apiGroup: 'a.b', kind: 'K' } }, rules: [{ host: '1.2.3.4' }] } },
    [
      'spec.defaultBackend.resource.name: Required value',
      'spec.rules[0].host: Invalid value: "1.2.3.4": must be a DNS name, not an IP address',
    ],
  ],
  [ingress, { spec: { defaultBackend: backend, tls: [{ secretName: 't' }] } }, []],
  [
    ingressClass,
    { spec: { controller: 'a' } },
    ['spec.controller: Invalid value: "a": must be a domain-prefixed path (such as "acme.io/foo")'],
  ],
  [
    endpoints,
    { subsets: [{ addresses: [{ ip: '' }] }] },
    [
      'subsets[0].addresses[0].ip: Invalid value: "": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)',
      'subsets[0].addresses[0].ip: Invalid value: "": must be a valid IP address',
    ],
  ],
  [
    roleBinding,
    {
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'r' },
      subjects: [{ kind: 'ServiceAccount', name: 's', namespace: 'n', apiGroup: 'x' }],
    },
    ['subjects[0].apiGroup: Unsupported value: "x": supported values: ""'],
  ],
  [
    runtimeClass,
    { scheduling: { tolerations: [{ operator: 'Exists' }, { operator: 'Exists' }] } },
    [
      'scheduling.tolerations[1]: Duplicate value: {"Key":"","Operator":"Exists","Value":"","Effect":"","TolerationSeconds":null}',
      'handler: Required value',
    ],
  ],
  [
    storageClass,
    { provisioner: 'a b', allowedTopologies: [{ matchLabelExpressions: [{ key: 'k', values: ['v', 'v'] }] }] },
    [
      "provisioner: Invalid value: \"a b\": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')",
      'allowedTopologies[0].matchLabelExpressions[0].values[1]: Duplicate value: "v"',
    ],
  ],
  [ipAddress, { spec: {} }, ['spec.parentRef: Required value']],
  [
    ipAddress,
    { spec: { parentRef: { group: 'a', namespace: 'a/b' } } },
    [
      'spec.parentRef.namespace: Invalid value: "a/b": may not contain \'/\'',
      'spec.parentRef.resource: Required value',
      'spec.parentRef.name: Required value',
    ],
  ],
  [serviceCidr, { spec: {} }, ['spec.cidrs: Required value: at least one CIDR required']],
  [
    serviceCidr,
    { spec: { cidrs: ['10.0.0.0/8', 'FD00::/64'] } },
    ['spec.cidrs[1]: Invalid value: "FD00::/64": must be in canonical form ("fd00::/64")'],
  ],
  [
    serviceCidr,
    { spec: { cidrs: ['10.0.0.0/8', '11.0.0.0/8'] } },
    [
      'spec.cidrs: Invalid value: ["10.0.0.0/8","11.0.0.0/8"]: may specify no more than one IP for each IP family, i.e 192.168.0.0/24 and 2001:db8::/64',
    ],
  ],
])('%o refuses %j', (kind, body, expected) => {
  expect(errors(kind, body)).toEqual(expected)
})

test('a ServiceAccount keeps only the names of its Secrets', () => {
  const account = { metadata: { name: 'x' }, secrets: [{ kind: 'Secret', name: 's' }] } as unknown as ApiObject
  expect(serviceAccount.prepareForCreate!(account, { now: '', user: { name: '', groups: [] }, warn: () => {} }).secrets).toEqual([
    { name: 's' },
  ])
})

test('what is no name of an image has no tag that would be pulled each time', () => {
  expect(['nginx', 'a.b:5000/c/d:latest', 'Not Valid!', 'nginx:1.27'].map(defaultPullPolicy)).toEqual([
    'Always',
    'Always',
    'IfNotPresent',
    'IfNotPresent',
  ])
})
