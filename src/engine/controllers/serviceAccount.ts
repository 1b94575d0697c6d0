// Every namespace has a ServiceAccount `default`.
// Upstream: kubernetes pkg/controller/serviceaccount/serviceaccounts_controller.go

import { Informer } from '../client/informer'
import { WorkQueue } from '../client/workQueue'
import type { StartController } from './controller'

export const serviceAccountController: StartController = (io, client, shared) => {
  const accounts = new Informer(io, shared, '/api/v1/serviceaccounts', {
    delete: ({ metadata }) => metadata.name === 'default' && queue.add(metadata.namespace!),
  })
  const namespaces = new Informer(io, shared, '/api/v1/namespaces', {
    add: ({ metadata }) => queue.add(metadata.name!),
    update: ({ metadata }) => queue.add(metadata.name!),
  })
  const queue: WorkQueue = new WorkQueue(io, (name, done) => {
    const namespace = namespaces.get('', name)
    const active = (namespace?.status as { phase?: string } | undefined)?.phase === 'Active'
    if (!active || accounts.get(name, 'default')) return done()
    const body = { kind: 'ServiceAccount', apiVersion: 'v1', metadata: { name: 'default', namespace: name } }
    client.request(
      { method: 'POST', path: `/api/v1/namespaces/${name}/serviceaccounts`, headers: { 'content-type': 'application/json' }, body },
      ({ status }) => done(status !== 201 && status !== 409 && status !== 403 && status !== 404),
    )
  })
  accounts.start()
  namespaces.start()
}
