// Every namespace has the ConfigMap kube-root-ca.crt, so that Pods can check who they talk to.
// Upstream: kubernetes pkg/controller/certificates/rootcacertpublisher/publisher.go

import { CERTIFICATE } from '../api/certificates/certificate'
import { whenSynced } from '../client/sharedInformer'
import { create } from '../client/requests'
import { ask, syncQueue } from '../client/sync'
import type { StartController } from './controller'

const NAME = 'kube-root-ca.crt'
const DESCRIPTION =
  'Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters.'
/** A namespace that goes refuses it with 403: nothing to try again. */
const ENOUGH = new Set([201, 403, 404, 409])

export const rootCaPublisher: StartController = ({ io, client, informers }) => {
  const namespaces = informers.of('/api/v1/namespaces')
  const configMaps = informers.of('/api/v1/configmaps')
  const queue = syncQueue(io, client, function* (namespace) {
    if (!namespaces.get('', namespace) || configMaps.get(namespace, NAME)) return 'done'
    const { status } = yield* ask(
      create(`/api/v1/namespaces/${namespace}/configmaps`, {
        kind: 'ConfigMap',
        apiVersion: 'v1',
        metadata: { name: NAME, namespace, annotations: { 'kubernetes.io/description': DESCRIPTION } },
        data: { 'ca.crt': CERTIFICATE },
      }),
    )
    return ENOUGH.has(status) ? 'done' : 'failed'
  })
  whenSynced([namespaces, configMaps], () => {
    configMaps.listen({ delete: ({ metadata }) => metadata.name === NAME && queue.add(metadata.namespace!) })
    namespaces.listen({
      add: ({ metadata }) => queue.add(metadata.name!),
      update: ({ metadata, status }) => (status as { phase?: string }).phase === 'Active' && queue.add(metadata.name!),
    })
  })
}
