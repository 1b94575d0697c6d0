// Every namespace has the ConfigMap kube-root-ca.crt, so that Pods can check who they talk to.
// Upstream: kubernetes pkg/controller/certificates/rootcacertpublisher/publisher.go

import { Informer } from '../client/informer'
import { WorkQueue } from '../client/workQueue'
import type { StartController } from './controller'

const NAME = 'kube-root-ca.crt'
const DESCRIPTION =
  'Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters.'
/** No key stands behind it: this model has no TLS. */
const CERTIFICATE = '-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n'

export const rootCaPublisher: StartController = (io, client, shared) => {
  const bundles = new Informer(
    io,
    shared,
    '/api/v1/configmaps',
    { delete: ({ metadata }) => metadata.name === NAME && queue.add(metadata.namespace!) },
    `fieldSelector=metadata.name%3D${NAME}`,
  )
  const namespaces = new Informer(io, shared, '/api/v1/namespaces', {
    add: ({ metadata }) => queue.add(metadata.name!),
    update: ({ metadata }) => queue.add(metadata.name!),
  })
  const queue: WorkQueue = new WorkQueue(io, (name, done) => {
    const namespace = namespaces.get('', name)
    if (!namespace || (namespace.status as { phase?: string }).phase !== 'Active' || bundles.get(name, NAME)) return done()
    const body = {
      kind: 'ConfigMap',
      apiVersion: 'v1',
      metadata: { name: NAME, namespace: name, annotations: { 'kubernetes.io/description': DESCRIPTION } },
      data: { 'ca.crt': CERTIFICATE },
    }
    client.request(
      { method: 'POST', path: `/api/v1/namespaces/${name}/configmaps`, headers: { 'content-type': 'application/json' }, body },
      ({ status }) => done(status !== 201 && status !== 409 && status !== 403 && status !== 404),
    )
  })
  bundles.start()
  namespaces.start()
}
