// ConfigMap, v1.
// Upstream: kubernetes pkg/registry/core/configmap, pkg/apis/core/validation (ValidateConfigMap)

import { base64Length } from '../../../base/base64'
import { byteLength } from '../../../base/byteLength'
import type { Kind } from '../../kind'
import type { ApiObject } from '../../object'
import { NONE, Path, tooLong, wrong, type Errors } from '../../validation/rules'
import { ageColumn, column, nameColumn } from '../columns'
import { types } from '../types'
import { ALL_VERBS } from '../verbs'
import { dataKeyErrors } from './dataKeys'
import { immutableErrors } from './immutable'

interface ConfigMap extends ApiObject {
  readonly data?: Readonly<Record<string, string>>
  readonly binaryData?: Readonly<Record<string, string>>
}

/** In bytes, as they are stored: of text as UTF-8. */
const MAX_SIZE = 1024 * 1024
const asConfigMap = (object: ApiObject) => object as ConfigMap

function validate(object: ApiObject): Errors {
  const { data = {}, binaryData = {} } = asConfigMap(object)
  const size = sumOf(data, byteLength) + sumOf(binaryData, base64Length)
  return [
    ...Object.keys(data).flatMap((key) => [
      ...dataKeyErrors(key, Path.root('data')),
      ...(Object.hasOwn(binaryData, key) ? wrong(Path.root('data').key(key), key, 'duplicate of key present in binaryData') : NONE),
    ]),
    ...Object.keys(binaryData).flatMap((key) => dataKeyErrors(key, Path.root('binaryData'))),
    ...(size > MAX_SIZE ? tooLong(Path.root('[]'), MAX_SIZE) : NONE),
  ]
}

function sumOf(values: Readonly<Record<string, string>>, length: (value: string) => number): number {
  return Object.values(values).reduce((sum, value) => sum + length(value), 0)
}

export const configMap: Kind = {
  group: '',
  version: 'v1',
  kind: 'ConfigMap',
  resource: 'configmaps',
  singular: 'configmap',
  shortNames: ['cm'],
  namespaced: true,
  verbs: ALL_VERBS,
  storage: 'configmaps',
  watchedBy: 'metadata.name',
  schema: types.struct('ConfigMap'),
  validate,
  validateUpdate: (object, old) => [...immutableErrors(object, old, ['data', 'binaryData']), ...validate(object)],
  columns: [
    nameColumn,
    column(
      'Data',
      "Data contains the configuration data. Each key must consist of alphanumeric characters, '-', '_' or '.'. Values with non-UTF-8 byte sequences must use the BinaryData field. The keys stored in Data must not overlap with the keys in the BinaryData field, this is enforced during validation process.",
      (o) => Object.keys(asConfigMap(o).data ?? {}).length + Object.keys(asConfigMap(o).binaryData ?? {}).length,
    ),
    ageColumn,
  ],
}
