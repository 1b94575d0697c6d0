// What a PersistentVolumeClaim is given that it leaves out.
// Upstream: kubernetes pkg/apis/core/v1/defaults.go (SetDefaults_PersistentVolumeClaim)

import type { ApiObject, JsonObject } from '../../object'

/** A claim, also as a template of a StatefulSet's. */
export function defaultClaim(claim: ApiObject): ApiObject {
  return {
    ...claim,
    spec: { ...(claim.spec as JsonObject | undefined), volumeMode: (claim.spec as JsonObject | undefined)?.volumeMode ?? 'Filesystem' },
  }
}
