// VolumeAttachment, storage.k8s.io/v1: that a volume is to be attached to a node. Nobody attaches one.
// Upstream: kubernetes pkg/registry/storage/volumeattachment, pkg/apis/storage/validation (ValidateVolumeAttachment)

import { equalJson } from '../../../base/equal'
import type { Kind } from '../../kind'
import { specOf, type ApiObject, type JsonObject } from '../../object'
import { dnsSubdomainCaselessErrors, dnsSubdomainErrors } from '../../validation/names'
import { missing, named, NONE, notAllowed, Path, wrong, type Errors } from '../../validation/rules'
import { ageColumn, boolean, column, nameColumn } from '../columns'
import { validateVolumeSpec, type VolumeSpec } from '../persistentvolume/validation'
import { keepsStatus, statusOnlySubresource } from '../statusSubresource'
import { types } from '../types'
import { ALL_VERBS } from '../verbs'
import { validateDriverName } from '../volumeSources'
import { statusOf } from '../workload'

interface Spec extends JsonObject {
  readonly attacher?: string
  readonly nodeName?: string
  readonly source?: { readonly persistentVolumeName?: string; readonly inlineVolumeSpec?: VolumeSpec }
}

const AT = Path.root('spec')

function validate(object: ApiObject): Errors {
  const { attacher, nodeName = '', source = {} } = specOf<Spec>(object)
  const { persistentVolumeName: volume, inlineVolumeSpec: inline } = source
  const place = AT.child('source')
  const ONE = 'must specify exactly one of inlineVolumeSpec and persistentVolumeName'
  return [
    ...(!inline && volume === undefined ? missing(place, ONE) : NONE),
    ...(inline && volume !== undefined ? notAllowed(place, ONE) : NONE),
    ...(!inline && volume === '' ? missing(place.child('persistentVolumeName'), 'must specify non empty persistentVolumeName') : NONE),
    ...(inline && volume === undefined ? validateVolumeSpec(inline, '', place.child('inlineVolumeSpec'), true) : NONE),
    ...named(nodeName, AT.child('nodeName'), dnsSubdomainErrors),
    ...(volume === undefined ? NONE : named(volume, place.child('persistentVolumeName'), dnsSubdomainErrors)),
    // Upstream's declared rules are asked last.
    ...validateDriverName(attacher, AT.child('attacher'), dnsSubdomainCaselessErrors),
  ]
}

export const volumeAttachment: Kind = {
  group: 'storage.k8s.io',
  version: 'v1',
  kind: 'VolumeAttachment',
  resource: 'volumeattachments',
  singular: 'volumeattachment',
  namespaced: false,
  verbs: ALL_VERBS,
  storage: 'volumeattachments',
  schema: types.struct('VolumeAttachment'),
  allowUnconditionalUpdate: false,
  returnsDeletedObject: true,
  ...keepsStatus,
  prepareForCreate: (object) => ({ ...object, status: { attached: false } }),
  validate,
  validateUpdate: (object, old) => [
    ...validate(object),
    ...(equalJson(object.spec, old.spec) ? NONE : wrong(AT, null, 'field is immutable')),
  ],
  subresources: { status: statusOnlySubresource },
  columns: [
    nameColumn,
    column(
      'Attacher',
      'attacher indicates the name of the volume driver that MUST handle this request. This is the name returned by GetPluginName().',
      (o) => specOf<Spec>(o).attacher ?? '',
      { format: 'name' },
    ),
    column('PV', 'persistentVolumeName represents the name of the persistent volume to attach.', (o) =>
      String(specOf<Spec>(o).source?.persistentVolumeName ?? ''),
    ),
    column('Node', 'nodeName represents the node that the volume should be attached to.', (o) => specOf<Spec>(o).nodeName ?? ''),
    column(
      'Attached',
      'attached indicates the volume is successfully attached. This field must only be set by the entity completing the attach operation, i.e. the external-attacher.',
      (o) => statusOf(o).attached === true,
      boolean,
    ),
    ageColumn,
  ],
}
