// Sources of a projected volume that say whom to trust, and who the Pod is: bundles of anchors, and certificates for the Pod.
// Upstream: kubernetes pkg/apis/core/validation/validation.go (validateProjectionSources)

import type { JsonObject } from '../../object'
import { labelKeyErrors } from '../../validation/labels'
import { validateLabelSelector, type SelectorObject } from '../../validation/labelSelector'
import { named, missing, NONE, required, unsupported, wrong, type Errors, type Path } from '../../validation/rules'
import { validateSignerName } from '../../validation/signerName'
import { bundleNameErrors } from '../clustertrustbundle/validation'
import { relativePath, type PlaceFile } from './paths'

interface TrustBundle extends JsonObject {
  readonly name?: string
  readonly signerName?: string
  readonly labelSelector?: SelectorObject
  readonly optional?: boolean
  readonly path?: string
}

export function validateTrustBundle(bundle: TrustBundle, at: Path, place: PlaceFile): Errors {
  const { path = '' } = bundle
  return [
    ...whichBundle(bundle, at),
    ...required(path, at.child('path')),
    ...relativePath(path, at.child('path'), true),
    ...place(path, path),
  ]
}

/** One by its name, or all of a signer's that a selector matches. */
function whichBundle(bundle: TrustBundle, at: Path): Errors {
  const { name, signerName: signer, labelSelector: selector } = bundle
  if (name !== undefined && signer !== undefined) return wrong(at, internal(bundle), 'only one of name and signerName may be used')
  if (name !== undefined) {
    const place = at.child('name')
    const ofSigner = name.includes(':') ? name.slice(0, name.lastIndexOf(':')).replaceAll(':', '/') : ''
    return [
      ...required(name, place, 'must be a valid object name'),
      ...named(name, place, (text) => bundleNameErrors(text, ofSigner).map((why) => `not a valid clustertrustbundlename: ${why}`)),
      ...(selector ? wrong(at.child('labelSelector'), selector, 'labelSelector must be unset if name is specified') : NONE),
    ]
  }
  if (signer === undefined) return missing(at, 'either name or signerName must be specified')
  return [
    ...required(signer, at.child('signerName'), 'must be a valid signer name'),
    ...validateSignerName(signer, at.child('signerName')),
    ...validateLabelSelector(selector, at.child('labelSelector')),
  ]
}

/** A bad value is shown as upstream's internal type. */
const internal = ({ name, signerName, labelSelector, optional, path }: TrustBundle): JsonObject => ({
  Name: name ?? null,
  SignerName: signerName ?? null,
  LabelSelector: labelSelector ?? null,
  Optional: optional ?? null,
  Path: path ?? '',
  User: null,
})

interface PodCertificate extends JsonObject {
  readonly signerName?: string
  readonly keyType?: string
  readonly maxExpirationSeconds?: number
  readonly userAnnotations?: Readonly<Record<string, string>>
}

const KEY_TYPES = ['RSA3072', 'RSA4096', 'ECDSAP256', 'ECDSAP384', 'ECDSAP521', 'ED25519']
const PATHS = ['credentialBundlePath', 'keyPath', 'certificateChainPath']
const SHORTEST = 3600
const DAY = 24 * SHORTEST
const LONGEST_DAYS = 91

export function validatePodCertificate(certificate: PodCertificate, at: Path, place: PlaceFile): Errors {
  const { signerName = '', keyType = '', maxExpirationSeconds: lasts, userAnnotations = {} } = certificate
  const longest = /^([^/]*\.)?kubernetes\.io(\/|$)/.test(signerName) ? DAY : LONGEST_DAYS * DAY
  const expires = at.child('maxExpirationSeconds')
  const paths = PATHS.filter((field) => certificate[field])
  return [
    ...validateSignerName(signerName, at.child('signerName')),
    ...Object.keys(userAnnotations).flatMap((key) => prefixedKey(key.toLowerCase(), at.child('userAnnotations'))),
    ...(KEY_TYPES.includes(keyType) ? NONE : unsupported(at.child('keyType'), keyType, KEY_TYPES)),
    ...(lasts !== undefined && lasts < SHORTEST ? wrong(expires, lasts, `if provided, maxExpirationSeconds must be >= ${SHORTEST}`) : NONE),
    ...(lasts !== undefined && lasts > longest ? wrong(expires, lasts, `if provided, maxExpirationSeconds must be <= ${longest}`) : NONE),
    ...paths.flatMap((field) => {
      const path = certificate[field] as string
      return [...relativePath(path, at.child(field), true), ...place(path, path)]
    }),
    ...(paths.length === 0 ? missing(at, 'specify at least one of credentialBundlePath, keyPath, and certificateChainPath') : NONE),
  ]
}

function prefixedKey(key: string, at: Path): Errors {
  if (key === '') return missing(at)
  const errors = named(key, at, labelKeyErrors)
  return errors.length > 0 || key.includes('/') ? errors : wrong(at, key, 'must be a domain-prefixed key (such as "acme.io/foo")')
}
