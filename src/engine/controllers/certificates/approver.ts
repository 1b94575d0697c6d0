// Approves what kubelets ask for as clients of the API server, if whoever asks has the right to such a certificate: for any node, or for itself.
// Leaves out: requests with names or addresses beside the subject, which are none of a kubelet's.
// Upstream: kubernetes pkg/controller/certificates/{certificate_controller.go,approver/sarapprove.go}, pkg/apis/certificates/helpers.go

import { parseCertificateRequest } from '../../api/certificates/certificateRequest'
import type { CertificateSigningRequest } from '../../api/kinds/certificatesigningrequest'
import type { ApiObject, JsonObject } from '../../api/object'
import { messageOf, objectOf, succeeded } from '../../client/answers'
import { create, replace } from '../../client/requests'
import { ask, demand, GiveUp, syncQueue, type Sync } from '../../client/sync'
import type { StartController } from '../controller'
import { sparse } from '../workloads'
import { isDecided, REQUESTS } from './requests'

const SIGNER = 'kubernetes.io/kube-apiserver-client-kubelet'
const NODE = 'system:node:'
const USAGES = ['client auth,digital signature', 'client auth,digital signature,key encipherment']
const REVIEWS = '/apis/authorization.k8s.io/v1/subjectaccessreviews'
const OPTIONS = { baseDelay: 200, maxDelay: 1_000_000, workers: 5 }

export const certificateApprover: StartController = ({ io, client, informers }) => {
  const requests = informers.of(REQUESTS)

  const queue = syncQueue(
    io,
    client,
    function* (name): Sync {
      const request = requests.get('', name) as CertificateSigningRequest | undefined
      if (!request || request.status?.certificate || isDecided(request)) return
      const rights = rightsFor(request)
      for (const right of rights) {
        if (!(yield* mayHave(request, right))) continue
        const self = right === 'selfnodeclient' ? 'self ' : ''
        const message = `Auto approving ${self}kubelet client certificate after SubjectAccessReview.`
        const condition = { type: 'Approved', status: 'True', reason: 'AutoApproved', message }
        const conditions = [...(request.status?.conditions ?? []), { ...condition, lastUpdateTime: null, lastTransitionTime: null }]
        yield* demand(replace(`${REQUESTS}/${name}/approval`, { ...request, status: { ...request.status, conditions } }))
        return
      }
      if (rights.length > 0)
        throw new GiveUp(`recognized csr "${name}" as [${rights.join(' ')}] but subject access review was not approved`)
    },
    OPTIONS,
  )

  requests.whenSynced(() => {
    const look = ({ metadata }: ApiObject) => queue.add(metadata.name!)
    requests.listen({ add: look, update: look, delete: look })
  })
}

/** What the asker needs one of; nothing for what is no kubelet's request. */
function rightsFor({ spec: { request, signerName, usages = [], username } }: CertificateSigningRequest): readonly string[] {
  const subject = parseCertificateRequest(request)
  if ('error' in subject) throw new GiveUp(`unable to parse csr: ${subject.error}`)
  const { commonName, organizations } = subject
  const isKubelets = commonName.startsWith(NODE) && organizations.length === 1 && organizations[0] === 'system:nodes'
  if (signerName !== SIGNER || !isKubelets || !USAGES.includes([...new Set(usages)].sort().join())) return []
  return username === commonName ? ['selfnodeclient', 'nodeclient'] : ['nodeclient']
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
