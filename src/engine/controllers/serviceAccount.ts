// Every namespace has a ServiceAccount `default`.
// Upstream: kubernetes pkg/controller/serviceaccount/serviceaccounts_controller.go

import type { ApiObject } from '../api/object'
import { NO_RESYNC, whenSynced } from '../client/sharedInformer'
import { create } from '../client/requests'
import { ask, syncQueue } from '../client/sync'
import type { StartController } from './controller'

const NAME = 'default'
const ENOUGH = new Set([201, 403, 404, 409])

export const serviceAccountController: StartController = ({ io, client, informers }) => {
  const namespaces = informers.of('/api/v1/namespaces')
  const accounts = informers.of('/api/v1/serviceaccounts')
  const queue = syncQueue(io, client, function* (name) {
    const namespace = namespaces.get('', name)
    const active = (namespace?.status as { phase?: string } | undefined)?.phase === 'Active'
    if (!active || accounts.get(name, NAME)) return 'done'
    const body = { kind: 'ServiceAccount', apiVersion: 'v1', metadata: { name: NAME, namespace: name } }
    const { status } = yield* ask(create(`/api/v1/namespaces/${name}/serviceaccounts`, body))
    return ENOUGH.has(status) ? 'done' : 'failed'
  })
  whenSynced([namespaces, accounts], () => {
    accounts.listen({ delete: ({ metadata }) => metadata.name === NAME && queue.add(metadata.namespace!) })
    const look = ({ metadata }: ApiObject) => queue.add(metadata.name!)
    namespaces.listen({ add: look, update: look }, NO_RESYNC)
  })
}
