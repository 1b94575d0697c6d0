// APIService, apiregistration.k8s.io/v1: which server answers for a group-version.
// Leaves out: servers behind this one (a registered one is kept, never asked).
// Upstream: kube-aggregator pkg/registry/apiservice, pkg/apis/apiregistration/validation

import type { Kind } from '../../kind'
import type { ApiObject } from '../../object'
import { dns1035LabelErrors, dnsSubdomainErrors } from '../../validation/names'
import { missing, named, NONE, Path, wrong, type Errors } from '../../validation/rules'
import { ageColumn, column, nameColumn } from '../columns'
import { statusOnlySubresource } from '../statusSubresource'
import { types } from '../types'
import { ALL_VERBS } from '../verbs'

types.add({
  APIService: 'apiVersion:s;kind:s;metadata:ObjectMeta+;spec:APIServiceSpec+;status:APIServiceStatus+',
  APIServiceSpec:
    'caBundle:y;group:s;groupPriorityMinimum*:i;insecureSkipTLSVerify:b;service:ServiceReference@apiregistration;version:s;versionPriority*:i',
  'ServiceReference@apiregistration': 'name:s;namespace:s;port:i',
  APIServiceStatus: 'conditions:[]APIServiceCondition{m=type,p=type}',
  APIServiceCondition: 'lastTransitionTime:t;message:s;reason:s;status*:s;type*:s',
})

interface APIService extends ApiObject {
  readonly spec: {
    readonly group?: string
    readonly version?: string
    readonly groupPriorityMinimum?: number
    readonly versionPriority?: number
    readonly caBundle?: string
    readonly insecureSkipTLSVerify?: boolean
    readonly service?: { readonly name?: string; readonly namespace?: string; readonly port?: number }
  }
  readonly status?: { readonly conditions?: readonly { readonly type: string; readonly status: string; readonly reason?: string }[] }
}

/** Whether the server keeps one as it is, or only makes it when it starts. */
export const AUTOMANAGED = { always: 'true', onStart: 'onstart' } as const

/** As the server registers a group-version that it answers for itself. */
export function serviceOf(
  group: string,
  version: string,
  priority: { readonly group: number; readonly version: number },
  automanaged: string,
): ApiObject {
  return {
    kind: 'APIService',
    apiVersion: 'apiregistration.k8s.io/v1',
    metadata: { name: `${version}.${group}`, labels: { 'kube-aggregator.kubernetes.io/automanaged': automanaged } },
    spec: { ...(group === '' ? {} : { group }), version, groupPriorityMinimum: priority.group, versionPriority: priority.version },
  }
}

const asService = (object: ApiObject) => object as APIService

export const apiService: Kind = {
  group: 'apiregistration.k8s.io',
  version: 'v1',
  kind: 'APIService',
  resource: 'apiservices',
  singular: 'apiservice',
  categories: ['api-extensions'],
  namespaced: false,
  verbs: ALL_VERBS,
  storage: 'apiregistration.k8s.io/apiservices',
  schema: types.struct('APIService'),
  anyFinalizer: true,
  nameRule: 'pathSegment',
  defaults: (object) => {
    const { spec } = asService(object)
    return spec?.service && spec.service.port === undefined
      ? { ...object, spec: { ...spec, service: { ...spec.service, port: 443 } } }
      : object
  },
  prepareForCreate: (object, { now }) => ({
    ...object,
    status: asService(object).spec.service
      ? {}
      : {
          conditions: [
            {
              type: 'Available',
              status: 'True',
              lastTransitionTime: now,
              reason: 'Local',
              message: 'Local APIServices are always available',
            },
          ],
        },
  }),
  prepareForUpdate: (object, old) => ({ ...object, status: old.status }),
  validate: (object) => validateService(asService(object)),
  validateUpdate: (object) => validateService(asService(object)),
  subresources: { status: statusOnlySubresource },
  columns: [
    nameColumn,
    column('Service', 'The reference to the service that hosts this API endpoint.', (o) => {
      const { service } = asService(o).spec
      return service ? `${service.namespace ?? ''}/${service.name ?? ''}` : 'Local'
    }),
    column('Available', 'Whether this service is available.', (o) => {
      const found = asService(o).status?.conditions?.find((c) => c.type === 'Available')
      return !found ? 'Unknown' : found.status === 'True' ? 'True' : `${found.status} (${found.reason ?? ''})`
    }),
    ageColumn,
  ],
}

function validateService({ metadata, spec }: APIService): Errors {
  const at = Path.root('spec')
  const { group = '', version = '', groupPriorityMinimum = 0, versionPriority = 0, service, caBundle, insecureSkipTLSVerify } = spec
  const expected = `${version}.${group}`
  return [
    ...(metadata.name === expected || metadata.name === `${expected}.`
      ? NONE
      : wrong(Path.root('metadata').child('name'), metadata.name, `must be \`spec.version+"."+spec.group\`: "${expected}"`)),
    ...(group === '' && version !== 'v1'
      ? missing(at.child('group'), 'only v1 may have an empty group and it better be legacy kube')
      : group === ''
        ? NONE
        : named(group, at.child('group'), dnsSubdomainErrors)),
    ...named(version, at.child('version'), dns1035LabelErrors),
    ...within(groupPriorityMinimum, 20000, at.child('groupPriorityMinimum')),
    ...within(versionPriority, 1000, at.child('versionPriority')),
    ...(service
      ? [
          ...(service.namespace ? NONE : missing(at.child('service', 'namespace'))),
          ...(service.name ? NONE : missing(at.child('service', 'name'))),
          ...(insecureSkipTLSVerify && caBundle
            ? wrong(at.child('insecureSkipTLSVerify'), true, 'may not be true if caBundle is present')
            : NONE),
        ]
      : [
          ...(caBundle ? wrong(at.child('caBundle'), '0 bytes', 'local APIServices may not have a caBundle') : NONE),
          ...(insecureSkipTLSVerify
            ? wrong(at.child('insecureSkipTLSVerify'), true, 'local APIServices may not have insecureSkipTLSVerify')
            : NONE),
        ]),
  ]
}

const within = (value: number, most: number, at: Path): Errors =>
  value > 0 && value <= most ? NONE : wrong(at, value, `must be positive and less than ${most}`)
