// Makes the certificates that were approved, for the signers that Kubernetes has itself; a request that its signer must refuse has Failed.
// Upstream: kubernetes pkg/controller/certificates/signer/signer.go

import { issueCertificate } from '../../api/certificates/issue'
import { isOwnSigner, signerRefuses } from '../../api/certificates/signers'
import { rfc3339 } from '../../api/scalars/time'
import { base64OfText } from '../../base/base64'
import { replace } from '../../client/requests'
import { demand, type Sync } from '../../client/sync'
import type { StartController } from '../controller'
import { certificateController, hasCondition, REQUESTS, whatItAsks } from './certificateController'

export const certificateSigner: StartController = certificateController(function* (request, io): Sync {
  const { metadata, spec, status } = request
  const { signerName, usages = [], expirationSeconds } = spec
  if (!hasCondition(request, 'Approved') || hasCondition(request, 'Denied') || hasCondition(request, 'Failed')) return
  if (!isOwnSigner(signerName)) return
  const asked = whatItAsks(request)
  const refused = signerRefuses(signerName, asked, usages)
  const serial = Uint8Array.from({ length: 16 }, () => io.random.int(256))
  const told =
    refused === null
      ? { certificate: base64OfText(issueCertificate(asked, { usages, expirationSeconds, now: io.epochNow, serial })) }
      : { conditions: [...(status?.conditions ?? []), failed(refused, rfc3339(io.epochNow))] }
  yield* demand(replace(`${REQUESTS}/${metadata.name}/status`, { ...request, status: { ...status, ...told } }))
})

const failed = (message: string, now: string) => ({
  type: 'Failed',
  status: 'True',
  reason: 'SignerValidationFailure',
  message,
  lastUpdateTime: now,
  lastTransitionTime: null,
})
