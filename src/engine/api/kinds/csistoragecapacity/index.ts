// CSIStorageCapacity, storage.k8s.io/v1.
// Upstream: kubernetes pkg/registry/storage/csistoragecapacities

import { equalJson } from '../../../base/equal'
import type { Kind } from '../../kind'
import type { ApiObject } from '../../object'
import { parseQuantity } from '../../scalars/quantity'
import { validateLabelSelector, type SelectorObject } from '../../validation/labelSelector'
import { dnsSubdomainErrors } from '../../validation/names'
import { named, NONE, Path, wrong, type Errors } from '../../validation/rules'
import { createdColumn, nameColumn } from '../columns'
import { nodeSelectorWarnings } from '../nodeLabels'
import { types } from '../types'
import { ALL_VERBS } from '../verbs'

function validate(object: ApiObject): Errors {
  const {
    nodeTopology,
    storageClassName = '',
    capacity,
  } = object as ApiObject & {
    readonly nodeTopology?: SelectorObject
    readonly storageClassName?: string
    readonly capacity?: string
  }
  const quantity = capacity === undefined ? null : parseQuantity(capacity)
  return [
    ...validateLabelSelector(nodeTopology, Path.root('nodeTopology')),
    ...named(storageClassName, Path.root('storageClassName'), dnsSubdomainErrors),
    ...(quantity && quantity.nano < 0n ? wrong(Path.root('capacity'), capacity, 'must be greater than or equal to 0') : NONE),
  ]
}

export const csiStorageCapacity: Kind = {
  group: 'storage.k8s.io',
  version: 'v1',
  kind: 'CSIStorageCapacity',
  resource: 'csistoragecapacities',
  singular: 'csistoragecapacity',
  namespaced: true,
  verbs: ALL_VERBS,
  storage: 'csistoragecapacities',
  schema: types.struct('CSIStorageCapacity'),
  allowUnconditionalUpdate: false,
  validate,
  warnings: ({ nodeTopology }) => nodeSelectorWarnings(nodeTopology as SelectorObject | undefined, Path.root('nodeTopology')),
  validateUpdate: (object, old) => [
    ...validate(object),
    ...(['nodeTopology', 'storageClassName'] as const).flatMap((field) =>
      equalJson(object[field], old[field]) ? NONE : wrong(Path.root(field), object[field] ?? null, 'field is immutable'),
    ),
  ],
  columns: [nameColumn, createdColumn],
}
