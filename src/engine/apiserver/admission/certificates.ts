// Who approves or signs for a signer needs a right to that very signer; and a client certificate makes nobody a master.
// Upstream: kubernetes plugin/pkg/admission/certificates/{approval,signing,subjectrestriction}

import { goQuote } from '../../api/go/goQuote'
import { equalJson } from '../../base/equal'
import { parseCertificateRequest } from '../../api/certificates/certificateRequest'
import { CLIENT_SIGNER } from '../../api/certificates/signers'
import type { CertificateSigningRequest } from '../../api/kinds/certificatesigningrequest'
import { authorize, rightTo } from '../authorization/authorize'
import type { ServerState } from '../serverState'
import { refuse, type Attributes, type Denial, type Plugin } from './plugin'

const GROUP = 'certificates.k8s.io'

const isRequest = ({ kind }: Attributes) => kind.group === GROUP && kind.resource === 'certificatesigningrequests'
const asRequest = (object: Attributes['object']) => object as unknown as CertificateSigningRequest

export const certificateApproval: Plugin = {
  name: 'CertificateApproval',
  validate(a, server) {
    if (!isRequest(a) || a.subresource !== 'approval' || a.operation !== 'UPDATE') return null
    return mayFor('approve', a, server)
  },
}

export const certificateSigning: Plugin = {
  name: 'CertificateSigning',
  validate(a, server) {
    if (!isRequest(a) || a.subresource !== 'status' || a.operation !== 'UPDATE') return null
    const [now, old] = [asRequest(a.object).status ?? {}, asRequest(a.old).status ?? {}]
    const same = now.certificate === old.certificate && equalJson([...(now.conditions ?? [])], [...(old.conditions ?? [])])
    return same ? null : mayFor('sign', a, server)
  },
}

export const certificateSubjectRestriction: Plugin = {
  name: 'CertificateSubjectRestriction',
  validate(a) {
    if (!isRequest(a) || a.subresource !== '' || a.operation !== 'CREATE') return null
    const { request, signerName } = asRequest(a.object).spec
    if (signerName !== CLIENT_SIGNER) return null
    const parsed = parseCertificateRequest(request)
    if ('error' in parsed) return refuse(a, `failed to parse CSR: ${parsed.error}`, { field: 'spec.request', problem: parsed.error })
    return parsed.organizations.includes('system:masters')
      ? refuse(a, `use of ${CLIENT_SIGNER} signer with system:masters group is not allowed`, {
          signer: signerName,
          field: 'spec.request',
          found: parsed.organizations.join(', '),
        })
      : null
  },
}

/** By the signer's own name, or by its domain with a star. */
function mayFor(verb: 'approve' | 'sign', a: Attributes, server: ServerState): Denial | null {
  const { signerName } = asRequest(a.old).spec
  const may = (name: string) => authorize(server, rightTo({ user: a.user, verb, apiGroup: GROUP, resource: 'signers', name })).allowed
  const domain = `${signerName.split('/')[0]}/*`
  if (may(signerName) || may(domain)) return null
  return refuse(a, `user not permitted to ${verb} requests with signerName ${goQuote(signerName)}`, {
    signer: signerName,
    missing: `${verb} signers ${signerName} | ${domain}`,
  })
}
