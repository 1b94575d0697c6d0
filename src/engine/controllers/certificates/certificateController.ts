// What the controllers of CertificateSigningRequests have in common: each looks at every request that has no certificate yet.
// Upstream: kubernetes pkg/controller/certificates/{certificate_controller,certificate_controller_utils}.go

import { parseCertificateRequest, type CertificateRequest } from '../../api/certificates/certificateRequest'
import type { CertificateSigningRequest } from '../../api/kinds/certificatesigningrequest'
import type { ApiObject } from '../../api/object'
import { GiveUp, syncQueue, type Sync } from '../../client/sync'
import type { ControllerContext, StartController } from '../controller'

export const REQUESTS = '/apis/certificates.k8s.io/v1/certificatesigningrequests'
const OPTIONS = { baseDelay: 200, maxDelay: 1_000_000, workers: 5 }

/** `handle` gives up where it is to be called again later. */
export const certificateController =
  (handle: (request: CertificateSigningRequest, io: ControllerContext['io']) => Sync): StartController =>
  ({ io, client, informers }) => {
    const requests = informers.of(REQUESTS)
    const queue = syncQueue(io, client, sync, OPTIONS)
    requests.whenSynced(() => {
      const look = ({ metadata }: ApiObject) => queue.add(metadata.name!)
      requests.listen({ add: look, update: look, delete: look })
    })

    function* sync(name: string): Sync {
      const request = requests.get('', name) as CertificateSigningRequest | undefined
      if (request && !request.status?.certificate) yield* handle(request, io)
    }
  }

export const hasCondition = ({ status }: CertificateSigningRequest, type: 'Approved' | 'Denied' | 'Failed'): boolean =>
  (status?.conditions ?? []).some((condition) => condition.type === type)

/** Gives up where it cannot be read. */
export function whatItAsks({ metadata, spec }: CertificateSigningRequest): CertificateRequest {
  const asked = parseCertificateRequest(spec.request)
  if ('error' in asked) throw new GiveUp(`unable to parse csr "${metadata.name}": ${asked.error}`)
  return asked
}
