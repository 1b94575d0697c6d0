// A namespace that is being deleted is emptied, Pods first, and then freed of its finalizer; the server removes it in that same request.
// Leaves out: discovery of kinds that the server has besides these, conditions for what remains.
// Upstream: kubernetes pkg/controller/namespace/deletion/namespaced_resources_deleter.go

import type { ApiObject } from '../api/object'
import type { JsonObject } from '../base/json'
import { Informer } from '../client/informer'
import { WorkQueue } from '../client/workQueue'
import type { StartController } from './controller'

/** The controller lets stragglers arrive first. */
const GRACE = 5000
const AGAIN = 1000
const CONTENT = [
  '/api/v1/namespaces/{ns}/pods',
  '/api/v1/namespaces/{ns}/configmaps',
  '/api/v1/namespaces/{ns}/secrets',
  '/api/v1/namespaces/{ns}/serviceaccounts',
  '/api/v1/namespaces/{ns}/services',
  '/api/v1/namespaces/{ns}/limitranges',
  '/api/v1/namespaces/{ns}/events',
  '/apis/coordination.k8s.io/v1/namespaces/{ns}/leases',
  '/apis/rbac.authorization.k8s.io/v1/namespaces/{ns}/rolebindings',
  '/apis/rbac.authorization.k8s.io/v1/namespaces/{ns}/roles',
]

export const namespaceController: StartController = (io, client, shared) => {
  const look = (namespace: ApiObject) => namespace.metadata.deletionTimestamp && queue.addAfter(namespace.metadata.name!, GRACE)
  const namespaces = new Informer(io, shared, '/api/v1/namespaces', {
    add: look,
    update: (now, old) => !old.metadata.deletionTimestamp && look(now),
  })

  /** Deletes one collection after the other; calls back with whether all are empty. */
  const empty = (name: string, paths: readonly string[], done: (left: boolean) => void): void => {
    const [path, ...rest] = paths
    if (!path) return done(false)
    const at = path.replace('{ns}', name)
    client.request({ method: 'GET', path: at }, (list) => {
      const items = 'body' in list ? (((list.body as JsonObject).items as readonly unknown[]) ?? []) : []
      if (items.length === 0) return empty(name, rest, done)
      client.request({ method: 'DELETE', path: at }, () => {
        client.request({ method: 'GET', path: at }, (again) => {
          const left = 'body' in again ? (((again.body as JsonObject).items as readonly unknown[]) ?? []) : []
          if (left.length > 0) return done(true)
          empty(name, rest, done)
        })
      })
    })
  }

  const queue: WorkQueue = new WorkQueue(io, (name, done) => {
    const namespace = namespaces.get('', name)
    if (!namespace?.metadata.deletionTimestamp) return done()
    empty(name, CONTENT, (left) => {
      if (left) {
        queue.addAfter(name, AGAIN)
        return done()
      }
      const body = { ...namespace, spec: { finalizers: [] } }
      client.request(
        { method: 'PUT', path: `/api/v1/namespaces/${name}/finalize`, headers: { 'content-type': 'application/json' }, body },
        ({ status }) => done(status !== 200 && status !== 404),
      )
    })
  })
  namespaces.start()
}
