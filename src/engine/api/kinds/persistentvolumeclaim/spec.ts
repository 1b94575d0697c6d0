// The spec of a claim, as its rules read it.
// Upstream: kubernetes staging/src/k8s.io/api/core/v1 (PersistentVolumeClaimSpec)

import type { JsonObject } from '../../object'
import type { SelectorObject } from '../../validation/labelSelector'

export interface ClaimSpec extends JsonObject {
  readonly accessModes?: readonly string[]
  readonly selector?: SelectorObject
  readonly resources?: { readonly requests?: Readonly<Record<string, string>>; readonly limits?: Readonly<Record<string, string>> }
  readonly volumeName?: string
  readonly storageClassName?: string
  readonly volumeMode?: string
  readonly volumeAttributesClassName?: string
  readonly dataSource?: DataSource
  readonly dataSourceRef?: DataSource
}
export interface DataSource extends JsonObject {
  readonly apiGroup?: string | null
  readonly kind?: string
  readonly name?: string
  /** Of a reference alone. */
  readonly namespace?: string
}
