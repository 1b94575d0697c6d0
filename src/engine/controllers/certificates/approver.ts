// Approves what kubelets ask for as clients of the API server, if whoever asks has the right to such a certificate: for any node, or for itself.
// Upstream: kubernetes pkg/controller/certificates/approver/sarapprove.go

import { KUBELET_CLIENT_SIGNER, signerRefuses } from '../../api/certificates/signers'
import type { CertificateSigningRequest } from '../../api/kinds/certificatesigningrequest'
import type { JsonObject } from '../../api/object'
import { messageOf, objectOf, succeeded } from '../../client/answers'
import { create, replace } from '../../client/requests'
import { ask, demand, GiveUp, type Sync } from '../../client/sync'
import type { StartController } from '../controller'
import { sparse } from '../workloads'
import { certificateController, hasCondition, REQUESTS, whatItAsks } from './certificateController'

const REVIEWS = '/apis/authorization.k8s.io/v1/subjectaccessreviews'

export const certificateApprover: StartController = certificateController(function* (request): Sync {
  const { metadata, status } = request
  if (hasCondition(request, 'Approved') || hasCondition(request, 'Denied')) return
  const rights = rightsFor(request)
  for (const right of rights) {
    if (!(yield* mayHave(request, right))) continue
    const self = right === 'selfnodeclient' ? 'self ' : ''
    const message = `Auto approving ${self}kubelet client certificate after SubjectAccessReview.`
    const condition = { type: 'Approved', status: 'True', reason: 'AutoApproved', message }
    const conditions = [...(status?.conditions ?? []), { ...condition, lastUpdateTime: null, lastTransitionTime: null }]
    yield* demand(replace(`${REQUESTS}/${metadata.name}/approval`, { ...request, status: { ...status, conditions } }))
    return
  }
  if (rights.length > 0)
    throw new GiveUp(`recognized csr "${metadata.name}" as [${rights.join(' ')}] but subject access review was not approved`)
})

/** What the asker needs one of; nothing for what is no kubelet's request. */
function rightsFor(request: CertificateSigningRequest): readonly string[] {
  const { signerName, usages = [], username } = request.spec
  const asked = whatItAsks(request)
  if (signerName !== KUBELET_CLIENT_SIGNER || signerRefuses(signerName, asked, usages) !== null) return []
  return username === asked.commonName ? ['selfnodeclient', 'nodeclient'] : ['nodeclient']
}

function* mayHave({ spec }: CertificateSigningRequest, subresource: string): Sync<boolean> {
  const resourceAttributes = {
    verb: 'create',
    group: 'certificates.k8s.io',
    version: '*',
    resource: 'certificatesigningrequests',
    subresource,
  }
  const { username: user, uid, groups, extra } = spec
  const answer = yield* ask(
    create(REVIEWS, {
      kind: 'SubjectAccessReview',
      apiVersion: 'authorization.k8s.io/v1',
      metadata: {},
      spec: { resourceAttributes, ...sparse({ user, groups, extra, uid }) },
      status: { allowed: false },
    }),
  )
  if (!succeeded(answer)) throw new GiveUp(messageOf(answer))
  return (objectOf(answer).status as JsonObject).allowed === true
}
