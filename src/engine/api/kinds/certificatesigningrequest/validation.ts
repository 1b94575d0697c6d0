// What a CertificateSigningRequest must be, and what it and each of its subresources may change.
// Leaves out: the request's signature, the contents of issued certificates.
// Upstream: kubernetes pkg/apis/certificates/validation

import { textOfBase64 } from '../../../base/base64'
import { equalJson } from '../../../base/equal'
import { parseCertificateRequest } from '../../certificates/certificateRequest'
import { goQuote } from '../../go/goQuote'
import type { ApiObject } from '../../object'
import { pemBlocks } from '../../certificates/pem'
import { missing, NONE, notAllowed, oneOf, Path, repeated, seenBefore, wrong, type Errors } from '../../validation/rules'
import { validateSignerName } from '../../validation/signerName'
import type { CertificateSigningRequest, Condition } from './types'

const SPEC = Path.root('spec')
const CONDITIONS = Path.root('status').child('conditions')
const CERTIFICATE = Path.root('status').child('certificate')
const SHORTEST = 600
const LEGACY = 'kubernetes.io/legacy-unknown'
const DECISIONS = ['Approved', 'Denied']
const LASTING = [...DECISIONS, 'Failed']
const USAGES = [
  'any',
  'cert sign',
  'client auth',
  'code signing',
  'content commitment',
  'crl sign',
  'data encipherment',
  'decipher only',
  'digital signature',
  'email protection',
  'encipher only',
  'ipsec end system',
  'ipsec tunnel',
  'ipsec user',
  'key agreement',
  'key encipherment',
  'microsoft sgc',
  'netscape sgc',
  'ocsp signing',
  's/mime',
  'server auth',
  'signing',
  'timestamping',
]

const asRequest = (object: ApiObject) => object as unknown as CertificateSigningRequest

export function validateRequest(object: ApiObject): Errors {
  const { request, signerName = '', usages = [], expirationSeconds } = asRequest(object).spec ?? {}
  const parsed = parseCertificateRequest(request ?? '')
  const at = SPEC.child('usages')
  const again = seenBefore()
  return [
    ...('error' in parsed ? wrong(SPEC.child('request'), request ?? null, parsed.error) : NONE),
    ...(usages.length === 0 ? missing(at) : NONE),
    ...usages.flatMap((usage, i) => oneOf(usage, USAGES, at.index(i))),
    ...usages.flatMap((usage, i) => (again(usage) ? repeated(at.index(i), usage) : NONE)),
    ...(signerName === LEGACY
      ? wrong(SPEC.child('signerName'), signerName, 'the legacy signerName is not allowed via this API version')
      : validateSignerName(signerName, SPEC.child('signerName'))),
    ...(expirationSeconds !== undefined && expirationSeconds < SHORTEST
      ? wrong(SPEC.child('expirationSeconds'), expirationSeconds, 'may not specify a duration less than 600 seconds (10 minutes)')
      : NONE),
    ...conditionErrors(asRequest(object).status?.conditions ?? []),
    ...certificateErrors(asRequest(object).status?.certificate ?? ''),
  ]
}

/** The resource itself changes neither spec nor status. */
export const validateMain = (object: ApiObject, old: ApiObject): Errors => changes(object, old, { decides: false, signs: false })
export const validateApproval = (object: ApiObject, old: ApiObject): Errors => changes(object, old, { decides: true, signs: false })
export const validateSigning = (object: ApiObject, old: ApiObject): Errors => changes(object, old, { decides: false, signs: true })

function changes(object: ApiObject, old: ApiObject, may: { readonly decides: boolean; readonly signs: boolean }): Errors {
  const [now, before] = [asRequest(object).status ?? {}, asRequest(old).status ?? {}]
  const of = (conditions: readonly Condition[] | undefined, type: string) => (conditions ?? []).filter((c) => c.type === type)
  const lost = LASTING.filter((t) => of(now.conditions, t).length < of(before.conditions, t).length)
  return [
    ...validateRequest(object),
    ...lost.flatMap((type) => notAllowed(CONDITIONS, `updates may not remove a condition of type "${type}"`)),
    ...(may.decides ? [] : DECISIONS.filter((t) => !lost.includes(t))).flatMap((type) => {
      const [mine, stored] = [of(now.conditions, type), of(before.conditions, type)]
      if (equalJson([...mine], [...stored])) return NONE
      return notAllowed(CONDITIONS, `updates may not ${mine.length > stored.length ? 'add' : 'modify'} a condition of type "${type}"`)
    }),
    ...(now.certificate === before.certificate
      ? NONE
      : !may.signs
        ? notAllowed(CERTIFICATE, 'updates may not set certificate content')
        : before.certificate
          ? notAllowed(CERTIFICATE, 'updates may not modify existing certificate content')
          : NONE),
    // Upstream's declared rules are asked last.
    ...decisionErrors((type) => of(now.conditions, type).length > 0),
  ]
}

/** It is approved or denied, not both. */
function decisionErrors(isSet: (type: string) => boolean): Errors {
  if (!DECISIONS.every(isSet)) return NONE
  const members = DECISIONS.map((type) => `conditions[{"type": "${type}"}]`)
  const named = members.map((member) => `\`${member}\``)
  return wrong(CONDITIONS, `{${members.join(', ')}}`, `must specify at most one of: ${named.join(', ')}`)
}

function conditionErrors(conditions: readonly Condition[]): Errors {
  const first = new Map<string, number>()
  return conditions.flatMap(({ type = '', status = '' }, i) => {
    const at = CONDITIONS.index(i)
    if (!first.has(type)) first.set(type, i)
    const allowed = LASTING.includes(type) ? ['True'] : ['False', 'True', 'Unknown']
    return [
      ...(type === '' ? missing(at.child('type')) : NONE),
      ...(status === '' ? missing(at.child('status')) : oneOf(status, allowed, at.child('status'))),
      ...(first.get(type)! < i ? repeated(at.child('type'), type) : NONE),
    ]
  })
}

function certificateErrors(certificate: string): Errors {
  if (certificate === '') return NONE
  const blocks = pemBlocks(textOfBase64(certificate))
  const other = blocks.find((b) => b.type !== 'CERTIFICATE')
  const error =
    blocks.length === 0
      ? 'must contain at least one CERTIFICATE PEM block'
      : other
        ? `only CERTIFICATE PEM blocks are allowed, found ${goQuote(other.type)}`
        : ''
  return error ? wrong(CERTIFICATE, '<certificate data>', error) : NONE
}
