// ControllerRevision, apps/v1: a template as it once was, kept by StatefulSets and DaemonSets.
// Upstream: kubernetes pkg/registry/apps/controllerrevision, pkg/apis/apps/validation (ValidateControllerRevision)

import { equalJson } from '../../../base/equal'
import { isObject } from '../../../base/json'
import type { Kind } from '../../kind'
import type { ApiObject } from '../../object'
import { missing, NONE, nonNegative, Path, wrong, type Errors } from '../../validation/rules'
import { ageColumn, column, nameColumn } from '../columns'
import { types } from '../types'
import { ALL_VERBS } from '../verbs'

const revisionOf = (object: ApiObject) => (object.revision ?? 0) as number | bigint

const validate = (object: ApiObject): Errors => nonNegative(revisionOf(object), Path.root('revision'))

/** Only of a new one: of an old one they stay as they are. */
function validateData({ data }: ApiObject): Errors {
  const at = Path.root('data')
  if (data === undefined || data === null) return missing(at, 'data is mandatory')
  return isObject(data) ? NONE : missing(at, 'data must be a valid JSON object')
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
  validate: (object) => [...validate(object), ...validateData(object)],
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
