// Volumes and claims in use are protected by a finalizer; a claim grows only where its class allows it.
// Upstream: kubernetes plugin/pkg/admission/storage/{storageobjectinuseprotection,persistentvolume/resize}

import type { JsonObject } from '../../api/object'
import { compareQuantities } from '../../api/scalars/quantity'
import { refuse, type Plugin } from './plugin'

const FINALIZERS: Readonly<Record<string, string>> = {
  persistentvolumes: 'kubernetes.io/pv-protection',
  persistentvolumeclaims: 'kubernetes.io/pvc-protection',
  'storage.k8s.io/volumeattributesclasses': 'kubernetes.io/vac-protection',
}

export const storageObjectInUseProtection: Plugin = {
  name: 'StorageObjectInUseProtection',
  admit({ object, kind, operation, subresource }) {
    const finalizer = FINALIZERS[`${kind.group === '' ? '' : `${kind.group}/`}${kind.resource}`]
    const { finalizers = [] } = object.metadata
    if (!finalizer || operation !== 'CREATE' || subresource !== '' || finalizers.includes(finalizer)) return object
    return { ...object, metadata: { ...object.metadata, finalizers: [...finalizers, finalizer] } }
  },
}

export const persistentVolumeClaimResize: Plugin = {
  name: 'PersistentVolumeClaimResize',
  validate(a, server) {
    if (a.operation !== 'UPDATE' || a.kind.resource !== 'persistentvolumeclaims' || a.subresource !== '' || !a.object || !a.old) return null
    const asked = (o: typeof a.object) =>
      String(((o?.spec as JsonObject)?.resources as { requests?: { storage?: string } })?.requests?.storage ?? '0')
    if (compareQuantities(asked(a.object), asked(a.old)) <= 0) return null
    if ((a.old.status as JsonObject | undefined)?.phase !== 'Bound')
      return refuse(a, 'Only bound persistent volume claims can be expanded', {
        field: 'status.phase',
        stored: String((a.old.status as JsonObject | undefined)?.phase ?? ''),
        expected: 'Bound',
      })
    const name = (a.object.spec as { storageClassName?: string }).storageClassName
    const found = name ? server.cached('storageclasses', '', name) : undefined
    return found?.allowVolumeExpansion === true
      ? null
      : refuse(a, 'only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize', {
          object: `StorageClass ${name ?? ''}`,
          field: 'allowVolumeExpansion',
          found: found ? String(found.allowVolumeExpansion ?? false) : '',
          expected: 'true',
        })
  },
}
