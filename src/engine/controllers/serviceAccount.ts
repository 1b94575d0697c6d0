// Every namespace has a ServiceAccount `default`.
// Upstream: kubernetes pkg/controller/serviceaccount/serviceaccounts_controller.go

import type { ApiObject } from '../api/object'
import { namespaceGoes } from '../client/answers'
import { create } from '../client/requests'
import { NO_RESYNC, whenSynced } from '../client/sharedInformer'
import { ask, syncQueue } from '../client/sync'
import type { StartController } from './controller'

const NAME = 'default'
/** Made, or there already. */
const THERE = [201, 409]

export const serviceAccountController: StartController = ({ io, client, informers }) => {
  const namespaces = informers.of('/api/v1/namespaces')
  const accounts = informers.of('/api/v1/serviceaccounts')
  const queue = syncQueue(io, client, function* (name) {
    const namespace = namespaces.get('', name)
    const active = (namespace?.status as { phase?: string } | undefined)?.phase === 'Active'
    if (!active || accounts.get(name, NAME)) return 'done'
    const body = { kind: 'ServiceAccount', apiVersion: 'v1', metadata: { name: NAME, namespace: name } }
    const made = yield* ask(create(`/api/v1/namespaces/${name}/serviceaccounts`, body))
    return THERE.includes(made.status) || namespaceGoes(made) ? 'done' : 'failed'
  })
  whenSynced([namespaces, accounts], () => {
    const look = ({ metadata }: ApiObject) => queue.add(metadata.name!)
    accounts.listen({ delete: ({ metadata }) => queue.add(metadata.namespace!) }, NO_RESYNC)
    namespaces.listen({ add: look, update: look }, NO_RESYNC)
  })
}
