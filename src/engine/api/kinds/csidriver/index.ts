// CSIDriver, storage.k8s.io/v1. No driver is modelled: it is only stored.
// Upstream: kubernetes pkg/registry/storage/csidriver, pkg/apis/storage/validation (ValidateCSIDriver)

import { equalJson } from '../../equal'
import type { Kind } from '../../kind'
import type { ApiObject, JsonObject } from '../../object'
import { each, NONE, oneOf, Path, repeated, wrong, type Errors } from '../../validation/rules'
import { withFields } from '../../without'
import { ageColumn, boolean, column, nameColumn } from '../columns'
import { types } from '../types'
import { ALL_VERBS } from '../verbs'
import { specOf } from '../workload'

interface Spec extends JsonObject {
  readonly attachRequired?: boolean
  readonly podInfoOnMount?: boolean
  readonly storageCapacity?: boolean
  readonly fsGroupPolicy?: string
  readonly tokenRequests?: readonly { readonly audience?: string; readonly expirationSeconds?: number }[]
  readonly requiresRepublish?: boolean
  readonly volumeLifecycleModes?: readonly string[]
  readonly nodeAllocatableUpdatePeriodSeconds?: number
  readonly serviceAccountTokenInSecrets?: boolean
}

const AT = Path.root('spec')
const MODES = ['Persistent', 'Ephemeral']
const DEFAULTS: Spec = {
  attachRequired: true,
  podInfoOnMount: false,
  storageCapacity: false,
  fsGroupPolicy: 'ReadWriteOnceWithFSType',
  volumeLifecycleModes: ['Persistent'],
  requiresRepublish: false,
  seLinuxMount: false,
}
const SHORTEST_TOKEN = 600
const LONGEST_TOKEN = 2 ** 32
const SHORTEST_PERIOD = 10

function validate(object: ApiObject): Errors {
  const spec = specOf<Spec>(object)
  const period = spec.nodeAllocatableUpdatePeriodSeconds
  const place = AT.child('serviceAccountTokenInSecrets')
  return [
    ...oneOf(spec.fsGroupPolicy, ['File', 'None', 'ReadWriteOnceWithFSType'], AT.child('fsGroupPolicy')),
    ...tokens(spec.tokenRequests, AT.child('tokenRequests')),
    ...(spec.volumeLifecycleModes ?? []).flatMap((mode) => oneOf(mode, MODES, AT.child('volumeLifecycleModes'))),
    ...(period !== undefined && period < SHORTEST_PERIOD
      ? wrong(AT.child('nodeAllocatableUpdatePeriodSeconds'), period, 'must be greater than or equal to 10 seconds')
      : NONE),
    ...(spec.serviceAccountTokenInSecrets !== undefined && !spec.tokenRequests?.length
      ? wrong(place, spec.serviceAccountTokenInSecrets, 'serviceAccountTokenInSecrets is set but no tokenRequests are specified')
      : NONE),
  ]
}

function tokens(list: Spec['tokenRequests'], at: Path): Errors {
  const audiences = new Set<string>()
  return each(list, at, ({ audience = '', expirationSeconds: seconds = SHORTEST_TOKEN }, place) => {
    if (audiences.has(audience)) return repeated(place.child('audience'), audience)
    audiences.add(audience)
    const lasts = place.child('expirationSeconds')
    if (seconds < SHORTEST_TOKEN) return wrong(lasts, seconds, 'may not specify a duration less than 10 minutes')
    return seconds > LONGEST_TOKEN ? wrong(lasts, seconds, 'may not specify a duration larger than 2^32 seconds') : NONE
  })
}

export const csiDriver: Kind = {
  group: 'storage.k8s.io',
  version: 'v1',
  kind: 'CSIDriver',
  resource: 'csidrivers',
  singular: 'csidriver',
  namespaced: false,
  verbs: ALL_VERBS,
  storage: 'csidrivers',
  schema: types.struct('CSIDriver'),
  /** None until its spec is changed. */
  prepareForUpdate: (object, old) =>
    equalJson(object.spec, old.spec)
      ? object
      : { ...object, metadata: withFields(object.metadata, { generation: (old.metadata.generation ?? 0) + 1 }) },
  defaults: (object) => ({ ...object, spec: { ...DEFAULTS, ...specOf<Spec>(object) } }),
  validate,
  validateUpdate: (object, old) => [
    ...validate(object),
    ...(['attachRequired', 'volumeLifecycleModes'] as const).flatMap((field) =>
      equalJson(specOf<Spec>(object)[field], specOf<Spec>(old)[field])
        ? NONE
        : wrong(AT.child(field === 'attachRequired' ? 'attachedRequired' : field), specOf<Spec>(object)[field], 'field is immutable'),
    ),
  ],
  columns: [
    nameColumn,
    column('AttachRequired', 'Whether the driver requires an attach operation.', (o) => specOf<Spec>(o).attachRequired ?? true, boolean),
    column('PodInfoOnMount', 'Whether the driver wants to know of the Pod.', (o) => specOf<Spec>(o).podInfoOnMount ?? false, boolean),
    column('StorageCapacity', 'Whether the scheduler is to consider capacity.', (o) => specOf<Spec>(o).storageCapacity ?? false, boolean),
    column(
      'TokenRequests',
      'Whom the tokens are for that the driver is given.',
      (o) =>
        specOf<Spec>(o)
          .tokenRequests?.map((t) => t.audience ?? '')
          .join(',') ?? '<unset>',
    ),
    column('RequiresRepublish', 'Whether mounts are repeated.', (o) => specOf<Spec>(o).requiresRepublish ?? false, boolean),
    column('Modes', 'What kind of volumes the driver supports.', (o) => specOf<Spec>(o).volumeLifecycleModes?.join(',') || '<none>'),
    ageColumn,
  ],
}
