// Whom the reader can be, and what each signs requests with.

import type { Credentials } from '../engine/index'

export const IDENTITIES = ['admin', 'alice', 'bob', 'nobody'] as const
export type Identity = (typeof IDENTITIES)[number]

const certificate = (commonName: string, ...organizations: string[]): Credentials => ({ clientCertificate: { commonName, organizations } })

export const credentialsOf: Readonly<Record<Identity, Credentials>> = {
  admin: certificate('admin', 'system:masters'),
  alice: certificate('alice', 'developers'),
  bob: certificate('bob'),
  nobody: {},
}
