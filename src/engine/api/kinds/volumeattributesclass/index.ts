// VolumeAttributesClass, storage.k8s.io/v1.
// Upstream: kubernetes pkg/registry/storage/volumeattributesclass, pkg/apis/storage/validation (ValidateVolumeAttributesClass)

import { equalJson } from '../../../base/equal'
import type { Kind } from '../../kind'
import type { ApiObject } from '../../object'
import { missing, NONE, notAllowed, Path, required, type Errors } from '../../validation/rules'
import { ageColumn, column, nameColumn } from '../columns'
import { validateParameters, validateProvisioner } from '../storageclass/validation'
import { types } from '../types'
import { ALL_VERBS } from '../verbs'

function validate(object: ApiObject): Errors {
  const parameters = object.parameters as Readonly<Record<string, string>> | undefined
  const at = Path.root('driverName')
  return [
    ...required(object.driverName, at),
    ...validateProvisioner(object.driverName, at),
    ...validateParameters(parameters, Path.root('parameters')),
    ...(parameters ? NONE : missing(Path.root('parameters'), 'must contain at least one key/value pair')),
  ]
}

export const volumeAttributesClass: Kind = {
  group: 'storage.k8s.io',
  version: 'v1',
  kind: 'VolumeAttributesClass',
  resource: 'volumeattributesclasses',
  singular: 'volumeattributesclass',
  shortNames: ['vac'],
  namespaced: false,
  verbs: ALL_VERBS,
  storage: 'volumeattributesclasses',
  schema: types.struct('VolumeAttributesClass'),
  returnsDeletedObject: true,
  validate,
  validateUpdate: (object, old) => [
    ...(object.driverName === old.driverName ? NONE : notAllowed(Path.root('driverName'), 'updates to driverName are forbidden.')),
    ...(equalJson(object.parameters, old.parameters) ? NONE : notAllowed(Path.root('parameters'), 'updates to parameters are forbidden.')),
    ...validate(object),
  ],
  columns: [
    nameColumn,
    column('DriverName', 'driverName is the name of the CSI driver This field is immutable.', (o) => String(o.driverName ?? '')),
    ageColumn,
  ],
}
