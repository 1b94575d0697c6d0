// ControllerRevision, apps/v1: a template as it once was, kept by StatefulSets and DaemonSets.
// Upstream: kubernetes pkg/registry/apps/controllerrevision, pkg/apis/apps/validation (ValidateControllerRevision)

import { equalJson } from '../../../base/equal'
import type { Kind } from '../../kind'
import type { ApiObject } from '../../object'
import { missing, NONE, nonNegative, Path, wrong, type Errors } from '../../validation/rules'
import { ageColumn, column, nameColumn } from '../columns'
import { types } from '../types'
import { ALL_VERBS } from '../verbs'

const revisionOf = (object: ApiObject) => (object.revision ?? 0) as number | bigint

function validate(object: ApiObject): Errors {
  return [
    ...nonNegative(revisionOf(object), Path.root('revision')),
    ...(object.data === undefined || object.data === null ? missing(Path.root('data'), 'data is mandatory') : NONE),
  ]
}

export const controllerRevision: Kind = {
  group: 'apps',
  version: 'v1',
  kind: 'ControllerRevision',
  resource: 'controllerrevisions',
  singular: 'controllerrevision',
  namespaced: true,
  verbs: ALL_VERBS,
  storage: 'controllerrevisions',
  schema: types.struct('ControllerRevision'),
  validate,
  validateUpdate: (object, old) => [
    ...validate(object),
    ...(equalJson(object.data, old.data) ? NONE : wrong(Path.root('data'), object.data ?? null, 'field is immutable')),
  ],
  columns: [
    nameColumn,
    column('Controller', 'Controller of the object', (o) => controllerText(o)),
    column('Revision', 'Revision indicates the revision of the state represented by Data.', revisionOf),
    ageColumn,
  ],
}

/** `statefulset.apps/web` */
function controllerText({ metadata }: ApiObject): string {
  const owner = metadata.ownerReferences?.find((o) => o.controller)
  if (!owner) return '<none>'
  const [group = ''] = owner.apiVersion.includes('/') ? owner.apiVersion.split('/') : ['']
  return `${owner.kind.toLowerCase()}${group ? `.${group}` : ''}/${owner.name}`
}
