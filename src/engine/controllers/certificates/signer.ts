// Makes the certificates that were approved, for the signers that Kubernetes has itself; a request that its signer must refuse has Failed.
// Upstream: kubernetes pkg/controller/certificates/signer/signer.go

import { parseCertificateRequest } from '../../api/certificates/certificateRequest'
import { issueCertificate } from '../../api/certificates/issue'
import { isOwnSigner, signerRefuses } from '../../api/certificates/signers'
import type { CertificateSigningRequest } from '../../api/kinds/certificatesigningrequest'
import { rfc3339 } from '../../api/scalars/time'
import { base64OfText } from '../../base/base64'
import { replace } from '../../client/requests'
import { demand, GiveUp, type Sync } from '../../client/sync'
import type { StartController } from '../controller'
import { certificateController, hasCondition, REQUESTS } from './certificateController'

export const certificateSigner: StartController = certificateController(function* (request, io): Sync {
  const { metadata, spec, status } = request
  const { request: encoded, signerName, usages = [], expirationSeconds } = spec
  if (!hasCondition(request, 'Approved') || hasCondition(request, 'Denied') || hasFailed(request) || !isOwnSigner(signerName)) return
  const asked = parseCertificateRequest(encoded)
  if ('error' in asked) throw new GiveUp(`unable to parse csr "${metadata.name}": ${asked.error}`)
  const refused = signerRefuses(signerName, asked, usages)
  const serial = Uint8Array.from({ length: 16 }, () => io.random.int(256))
  const told =
    refused === null
      ? { certificate: base64OfText(issueCertificate(asked, { usages, expirationSeconds, now: io.epochNow, serial })) }
      : { conditions: [...(status?.conditions ?? []), failed(refused, rfc3339(io.epochNow))] }
  yield* demand(replace(`${REQUESTS}/${metadata.name}/status`, { ...request, status: { ...status, ...told } }))
})

const hasFailed = ({ status }: CertificateSigningRequest) =>
  (status?.conditions ?? []).some((c) => c.type === 'Failed' && c.status === 'True')

const failed = (message: string, now: string) => ({
  type: 'Failed',
  status: 'True',
  reason: 'SignerValidationFailure',
  message,
  lastUpdateTime: now,
  lastTransitionTime: null,
})
