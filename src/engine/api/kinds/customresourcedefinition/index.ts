// CustomResourceDefinition, apiextensions.k8s.io/v1. What it defines becomes kinds of its own: customKind.ts.
// Upstream: apiextensions-apiserver pkg/registry/customresourcedefinition

import type { Kind } from '../../kind'
import type { ApiObject } from '../../object'
import { boolean, column, createdColumn, nameColumn, wide } from '../columns'
import { statusSubresource } from '../statusSubresource'
import { types } from '../types'
import { ALL_VERBS } from '../verbs'
import { withPort } from '../webhooks'
import { CLEANUP, withCrdCondition } from './names'
import { isTrue, type CustomResourceDefinition, type CustomResourceDefinitionSpec } from './types'
import { validateDefinition } from './validation'
import { definitionWarnings } from './warnings'

export { customKinds } from './customKind'
export { CLEANUP, namesOf, withCrdCondition } from './names'
export { crdCondition, isTrue, type CustomResourceDefinition } from './types'

const asDefinition = (object: ApiObject) => object as CustomResourceDefinition

function withStoredVersions(definition: CustomResourceDefinition): CustomResourceDefinition {
  const stored = storageVersion(definition.spec).slice(0, 1)
  if (definition.status?.storedVersions?.length || stored.length === 0) return definition
  return { ...definition, status: { ...definition.status, storedVersions: stored } }
}

export const customResourceDefinition: Kind = {
  group: 'apiextensions.k8s.io',
  version: 'v1',
  kind: 'CustomResourceDefinition',
  resource: 'customresourcedefinitions',
  singular: 'customresourcedefinition',
  shortNames: ['crd', 'crds'],
  categories: ['api-extensions'],
  namespaced: false,
  verbs: ALL_VERBS,
  storage: 'apiextensions.k8s.io/customresourcedefinitions',
  storageVersion: 'v1beta1',
  schema: types.struct('CustomResourceDefinition'),
  anyFinalizer: true,
  hasGeneration: true,
  defaults: (object) => withStoredVersions({ ...asDefinition(object), spec: defaultSpec(asDefinition(object).spec) }),
  prepareForCreate: (object) => ({
    ...object,
    status: { conditions: null, acceptedNames: { plural: '', kind: '' }, storedVersions: storageVersion(asDefinition(object).spec) },
  }),
  prepareForUpdate: (object, old) => {
    const { status } = asDefinition(old)
    const stored = status.storedVersions ?? []
    const added = storageVersion(asDefinition(object).spec).filter((v) => !stored.includes(v))
    return { ...object, status: added.length > 0 ? { ...status, storedVersions: [...stored, ...added] } : status }
  },
  validate: (object) => validateDefinition(asDefinition(object)),
  validateUpdate: (object, old) => validateDefinition(asDefinition(object), asDefinition(old)),
  allowUnconditionalUpdate: false,
  warnings: (object, old) => definitionWarnings(asDefinition(object), old && asDefinition(old)),
  /** The first DELETE marks it; its objects go first. */
  markForDeletion: {
    finalizer: CLEANUP,
    mark: (object, now) =>
      withCrdCondition(asDefinition(object), now, {
        type: 'Terminating',
        status: 'True',
        reason: 'InstanceDeletionPending',
        message: 'CustomResourceDefinition marked for deletion; CustomResource deletion will begin soon',
      }),
  },
  subresources: { status: statusSubresource },
  columns: [
    nameColumn,
    column('Scope', 'Cluster/Namespaced', (o) => asDefinition(o).spec.scope ?? ''),
    column('Versions', 'Served versions', (o) => versionsText(asDefinition(o))),
    { ...createdColumn, type: 'date' },
    column('Group', 'API group', (o) => asDefinition(o).spec.group ?? '', wide),
    column('Kind', 'CustomResource kind', (o) => asDefinition(o).spec.names?.kind ?? '', wide),
    column('ShortNames', 'Short names', (o) => (asDefinition(o).spec.names?.shortNames ?? []).join(','), wide),
    column('Established', 'Established status', (o) => isTrue(asDefinition(o), 'Established'), { ...wide, ...boolean }),
  ],
}

const versionsText = ({ spec: { versions = [] } }: CustomResourceDefinition) =>
  versions
    .filter((v) => v.served)
    .map((v) => (v.storage ? `${v.name}(storage)` : v.name))
    .sort()
    .join(',')

function defaultSpec(spec: CustomResourceDefinitionSpec): CustomResourceDefinitionSpec {
  const { names = {}, conversion } = spec
  const { kind = '' } = names
  return {
    ...spec,
    names: {
      ...names,
      ...(names.singular ? {} : { singular: kind.toLowerCase() }),
      ...(names.listKind || kind === '' ? {} : { listKind: `${kind}List` }),
    },
    conversion: conversion ? withServicePort(conversion) : { strategy: 'None' },
  }
}

function withServicePort(conversion: NonNullable<CustomResourceDefinitionSpec['conversion']>): typeof conversion {
  const { webhook } = conversion
  const service = webhook?.clientConfig?.service
  if (!service) return conversion
  return { ...conversion, webhook: { ...webhook, clientConfig: { ...webhook.clientConfig, service: withPort(service as object) } } }
}

function storageVersion({ versions = [] }: CustomResourceDefinitionSpec): readonly string[] {
  const found = versions.find((v) => v.storage)
  return found ? [found.name] : []
}
