// Says in a ValidatingAdmissionPolicy's status what its expressions make of the kinds that it is for.
// Upstream: kubernetes pkg/controller/validatingadmissionpolicystatus/controller.go

import type { ApiObject } from '../../api/object'
import type { ValidatingAdmissionPolicy } from '../../api/kinds/validatingadmissionpolicy/validation'
import { messageOf, succeeded } from '../../client/answers'
import { apply } from '../../client/requests'
import { ask, GiveUp, syncQueue } from '../../client/sync'
import type { StartController } from '../controller'
import { typeWarnings } from './typeCheck'

const PATH = '/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies'
const MANAGER = 'validatingadmissionpolicy-status'
const OPTIONS = { workers: 5 }

export const policyStatusController: StartController = ({ io, client, informers }) => {
  const policies = informers.of(PATH)

  const queue = syncQueue(
    io,
    client,
    function* (name) {
      const policy = policies.get('', name) as ValidatingAdmissionPolicy | undefined
      const generation = policy?.metadata.generation ?? 0
      if (!policy || generation <= (policy.status?.observedGeneration ?? 0)) return
      const expressionWarnings = typeWarnings(policy, `${io.epochNow % 1000}000000`)
      const status = { observedGeneration: generation, typeChecking: expressionWarnings.length > 0 ? { expressionWarnings } : {} }
      const body = { kind: 'ValidatingAdmissionPolicy', apiVersion: 'admissionregistration.k8s.io/v1', metadata: { name }, status }
      const answer = yield* ask(apply(`${PATH}/${name}/status`, MANAGER, body))
      if (!succeeded(answer)) throw new GiveUp(messageOf(answer))
    },
    OPTIONS,
  )

  policies.whenSynced(() => {
    const look = ({ metadata }: ApiObject) => queue.add(metadata.name!)
    policies.listen({ add: look, update: look })
  })
}
