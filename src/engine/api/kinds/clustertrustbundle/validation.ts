// What a ClusterTrustBundle must be: anchors in PEM, under a name that begins with its signer's.
// Leaves out: what stands in a certificate.
// Upstream: kubernetes pkg/apis/certificates/validation (ValidateClusterTrustBundle), pkg/apis/core/validation (ValidateClusterTrustBundleName)

import { specOf, type ApiObject, type JsonObject } from '../../object'
import { pemBlocks } from '../../certificates/pem'
import { dnsSubdomainErrors } from '../../validation/names'
import { named, NONE, Path, tooLong, wrong, type Errors } from '../../validation/rules'
import { validateSignerName } from '../../validation/signerName'

interface BundleSpec extends JsonObject {
  readonly signerName?: string
  readonly trustBundle?: string
}

const LARGEST = 1024 * 1024
const ANCHORS = Path.root('spec').child('trustBundle')
const SIGNER = Path.root('spec').child('signerName')
const SEQUENCE = 0x30
const OMITTED = '<value omitted>'

export const validateBundle = (object: ApiObject): Errors => [
  ...validateNames(object),
  ...anchors(specOf<BundleSpec>(object).trustBundle ?? ''),
]

/** Anchors that stay as they are are not read again. */
export function validateBundleUpdate(object: ApiObject, old: ApiObject): Errors {
  const [now, before] = [specOf<BundleSpec>(object), specOf<BundleSpec>(old)]
  return [
    ...validateNames(object),
    ...((now.trustBundle ?? '') === (before.trustBundle ?? '') ? NONE : anchors(now.trustBundle ?? '')),
    ...((now.signerName ?? '') === (before.signerName ?? '') ? NONE : wrong(SIGNER, now.signerName ?? '', 'field is immutable')),
  ]
}

function validateNames(object: ApiObject): Errors {
  const { signerName = '' } = specOf<BundleSpec>(object)
  return [
    ...named(object.metadata.name ?? '', Path.root('metadata').child('name'), (name) => bundleNameErrors(name, signerName)),
    ...(signerName ? validateSignerName(signerName, SIGNER) : NONE),
  ]
}

export function bundleNameErrors(name: string, signerName: string): string[] {
  if (signerName === '')
    return name.includes(':') ? ['ClusterTrustBundle without signer name must not have ":" in its name'] : dnsSubdomainErrors(name)
  const prefix = `${signerName.replaceAll('/', ':')}:`
  return name.startsWith(prefix)
    ? dnsSubdomainErrors(name.slice(prefix.length))
    : [`ClusterTrustBundle for signerName ${signerName} must be named with prefix ${prefix}`]
}

function anchors(text: string): Errors {
  if (text.length > LARGEST) return tooLong(ANCHORS, LARGEST)
  const blocks = pemBlocks(text)
  const errors = blocks.flatMap(({ type, bytes }, i) =>
    type !== 'CERTIFICATE'
      ? wrong(ANCHORS, OMITTED, `entry ${i} has bad block type: ${type}`)
      : bytes[0] !== SEQUENCE
        ? wrong(ANCHORS, OMITTED, `entry ${i} does not parse as X.509`)
        : NONE,
  )
  if (errors.length > 0) return errors
  return blocks.length === 0 ? wrong(ANCHORS, OMITTED, 'at least one trust anchor must be provided') : NONE
}
