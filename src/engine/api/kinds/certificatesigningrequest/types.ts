// The parts of a CertificateSigningRequest that the engine's own code reads. Upstream: api certificates/v1/types.go

import type { ApiObject, JsonObject } from '../../object'

export interface CertificateSigningRequest extends ApiObject {
  readonly spec: JsonObject & {
    readonly request: string
    readonly signerName: string
    readonly usages?: readonly string[]
    readonly expirationSeconds?: number
    readonly username?: string
    readonly uid?: string
    readonly groups?: readonly string[]
    readonly extra?: Readonly<Record<string, readonly string[]>>
  }
  readonly status?: JsonObject & { readonly conditions?: readonly Condition[]; readonly certificate?: string }
}

export interface Condition extends JsonObject {
  readonly type?: string
  readonly status?: string
  readonly lastUpdateTime?: string | null
  readonly lastTransitionTime?: string | null
}
