// IngressClass, networking.k8s.io/v1.
// Upstream: kubernetes pkg/registry/networking/ingressclass, pkg/apis/networking/validation (ValidateIngressClass)

import type { Kind } from '../../kind'
import { specOf, type ApiObject, type JsonObject } from '../../object'
import { dnsLabelErrors, dnsSubdomainErrors, domainPathErrors, pathSegmentErrors } from '../../validation/names'
import { missing, named, NONE, notAllowed, oneOf, Path, tooLong, type Errors } from '../../validation/rules'
import { ageColumn, column, defaultName } from '../columns'
import { immutable } from '../workload'
import { types } from '../types'
import { ALL_VERBS } from '../verbs'

/** The annotation that marks the default. */
export const DEFAULT_INGRESS_CLASS = ['ingressclass.kubernetes.io/is-default-class']
interface Parameters extends JsonObject {
  readonly apiGroup?: string
  readonly kind?: string
  readonly name?: string
  readonly scope?: string
  readonly namespace?: string
}
interface Spec extends JsonObject {
  readonly controller?: string
  readonly parameters?: Parameters
}

function validate(object: ApiObject): Errors {
  const { controller = '', parameters } = specOf<Spec>(object)
  const at = Path.root('spec')
  return [
    ...(controller === ''
      ? missing(at.child('controller'))
      : [
          ...(controller.length > 250 ? tooLong(at.child('controller'), 250) : NONE),
          ...named(controller, at.child('controller'), domainPathErrors),
        ]),
    ...(parameters ? validateParameters(parameters, at.child('parameters')) : NONE),
  ]
}

function validateParameters({ apiGroup, kind, name, scope, namespace }: Parameters, at: Path): Errors {
  return [
    ...(apiGroup === undefined ? NONE : named(apiGroup, at.child('apiGroup'), dnsSubdomainErrors)),
    ...segment(kind, at.child('kind')),
    ...segment(name, at.child('name')),
    ...oneOf(scope, ['Cluster', 'Namespace'], at.child('scope')),
    ...placeErrors(scope, namespace, at.child('namespace')),
    // Upstream's declared rules are asked last.
    ...(kind ? NONE : missing(at.child('kind'))),
    ...(name ? NONE : missing(at.child('name'))),
  ]
}

const segment = (value: string | undefined, at: Path): Errors => (value ? named(value, at, pathSegmentErrors) : NONE)

function placeErrors(scope: string | undefined, namespace: string | undefined, at: Path): Errors {
  if (scope === 'Namespace')
    return namespace === undefined ? missing(at, "`parameters.scope` is set to 'Namespace'") : named(namespace, at, dnsLabelErrors)
  return scope === 'Cluster' && namespace !== undefined ? notAllowed(at, "`parameters.scope` is set to 'Cluster'") : NONE
}

const parametersText = (object: ApiObject) => {
  const { parameters } = specOf<Spec>(object)
  return parameters ? `${parameters.kind}${parameters.apiGroup ? `.${parameters.apiGroup}` : ''}/${parameters.name}` : '<none>'
}

export const ingressClass: Kind = {
  group: 'networking.k8s.io',
  version: 'v1',
  kind: 'IngressClass',
  resource: 'ingressclasses',
  singular: 'ingressclass',
  namespaced: false,
  verbs: ALL_VERBS,
  storage: 'ingressclasses',
  schema: types.struct('IngressClass'),
  hasGeneration: true,
  defaults: (object) => {
    const spec = specOf<Spec>(object)
    return spec.parameters && spec.parameters.scope === undefined
      ? { ...object, spec: { ...spec, parameters: { ...spec.parameters, scope: 'Cluster' } } }
      : object
  },
  validate,
  validateUpdate: (object, old) => [...immutable('controller', object, old), ...validate(object)],
  columns: [
    defaultName(DEFAULT_INGRESS_CLASS),
    column('Controller', 'Controller that is responsible for handling this class', (o) => specOf<Spec>(o).controller ?? ''),
    column('Parameters', 'A reference to a resource with additional parameters', parametersText),
    ageColumn,
  ],
}
