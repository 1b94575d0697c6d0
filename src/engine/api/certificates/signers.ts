// The signers that Kubernetes has itself, and what each asks of a request before it makes a certificate of it.
// Upstream: kubernetes pkg/apis/certificates/helpers.go, pkg/controller/certificates/signer/signer.go (getCSRVerificationFuncForSignerName)

import type { CertificateRequest } from './certificateRequest'
import { itemsIn } from './der'

export const CLIENT_SIGNER = 'kubernetes.io/kube-apiserver-client'
export const KUBELET_CLIENT_SIGNER = 'kubernetes.io/kube-apiserver-client-kubelet'

type Rule = (asked: CertificateRequest, usages: ReadonlySet<string>) => string | null

const CLIENT = ['client auth', 'digital signature', 'key encipherment']
const SERVER = ['digital signature', 'key encipherment', 'server auth']

const KINDS_OF_NAMES: Readonly<Record<number, 'Email' | 'DNS' | 'URI' | 'IP'>> = { 0x81: 'Email', 0x82: 'DNS', 0x86: 'URI', 0x87: 'IP' }

const RULES = new Map<string, Rule>([
  [
    'kubernetes.io/kubelet-serving',
    (asked, usages) => {
      const kinds = kindsOfNames(asked)
      if (!isOfNodes(asked)) return NOT_OF_NODES
      if (!kinds.has('DNS') && !kinds.has('IP')) return 'DNS or IP subjectAltName is required'
      return notAllowed(kinds, ['Email', 'URI']) ?? otherUsages(usages, SERVER) ?? (isNodes(asked) ? null : NOT_A_NODES)
    },
  ],
  [
    KUBELET_CLIENT_SIGNER,
    (asked, usages) => {
      if (!isOfNodes(asked)) return NOT_OF_NODES
      const refused = notAllowed(kindsOfNames(asked), ['DNS', 'Email', 'IP', 'URI'])
      return refused ?? (isNodes(asked) ? otherUsages(usages, CLIENT) : NOT_A_NODES)
    },
  ],
  [
    CLIENT_SIGNER,
    (_, usages) => {
      const other = [...usages].find((usage) => !CLIENT.includes(usage))
      if (other !== undefined) return `invalid usage for client certificate: ${other}`
      return usages.has('client auth') ? null : 'missing required usage for client certificate: client auth'
    },
  ],
  ['kubernetes.io/legacy-unknown', () => null],
])

export const isOwnSigner = (name: string): boolean => RULES.has(name)

/** Why this signer refuses it; null if it does not. */
export const signerRefuses = (signer: string, asked: CertificateRequest, usages: readonly string[]): string | null =>
  RULES.get(signer)!(asked, new Set(usages))

const NOT_OF_NODES = 'subject organization is not system:nodes'
const NOT_A_NODES = 'subject common name does not begin with system:node:'
const isOfNodes = ({ organizations }: CertificateRequest) => organizations.length === 1 && organizations[0] === 'system:nodes'
const isNodes = ({ commonName }: CertificateRequest) => commonName.startsWith('system:node:')

function kindsOfNames({ otherNames }: CertificateRequest): ReadonlySet<string> {
  const outer = itemsIn(otherNames)
  const names = typeof outer === 'string' || !outer[0] ? [] : itemsIn(outer[0].content)
  return new Set(typeof names === 'string' ? [] : names.flatMap(({ identifier }) => KINDS_OF_NAMES[identifier] ?? []))
}

function notAllowed(kinds: ReadonlySet<string>, refused: readonly string[]): string | null {
  const kind = refused.find((k) => kinds.has(k))
  return kind ? `${kind} subjectAltNames are not allowed` : null
}

/** Key encipherment is for keys of RSA alone, and may be left out. */
function otherUsages(usages: ReadonlySet<string>, wanted: readonly string[]): string | null {
  const extra = [...usages].some((usage) => !wanted.includes(usage))
  const lacks = wanted.some((usage) => usage !== 'key encipherment' && !usages.has(usage))
  return extra || lacks ? `usages did not match [${wanted.join(' ')}]` : null
}
