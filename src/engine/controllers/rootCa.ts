// Every namespace has the ConfigMap kube-root-ca.crt, so that Pods can check who they talk to; what it says is kept as it was.
// Upstream: kubernetes pkg/controller/certificates/rootcacertpublisher/publisher.go

import { CERTIFICATE } from '../api/certificates/certificate'
import type { ApiObject } from '../api/object'
import { equalJson } from '../base/equal'
import { namespaceGoes } from '../client/answers'
import { create, replace } from '../client/requests'
import { whenSynced } from '../client/sharedInformer'
import { ask, demand, syncQueue, type Outcome, type Sync } from '../client/sync'
import type { StartController } from './controller'

const NAME = 'kube-root-ca.crt'
const DESCRIPTION = 'kubernetes.io/description'
const DESCRIPTION_TEXT =
  'Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters.'
const DATA = { 'ca.crt': CERTIFICATE }

export const rootCaPublisher: StartController = ({ io, client, informers }) => {
  const namespaces = informers.of('/api/v1/namespaces')
  const configMaps = informers.of('/api/v1/configmaps')
  const queue = syncQueue(io, client, sync)
  whenSynced([namespaces, configMaps], () => {
    const look = ({ metadata }: ApiObject) => metadata.name === NAME && queue.add(metadata.namespace!)
    configMaps.listen({ update: look, delete: look })
    namespaces.listen({
      add: ({ metadata }) => queue.add(metadata.name!),
      update: ({ metadata, status }) => (status as { phase?: string }).phase === 'Active' && queue.add(metadata.name!),
    })
  })

  function* sync(namespace: string): Sync<Outcome> {
    const path = `/api/v1/namespaces/${namespace}/configmaps`
    const present = configMaps.get(namespace, NAME)
    if (!present) {
      const metadata = { name: NAME, namespace, annotations: { [DESCRIPTION]: DESCRIPTION_TEXT } }
      const made = yield* ask(create(path, { kind: 'ConfigMap', apiVersion: 'v1', metadata, data: DATA }))
      return made.status === 201 || made.status === 404 || namespaceGoes(made) ? 'done' : 'failed'
    }
    const { metadata } = present
    if (equalJson(present.data, DATA) && metadata.annotations?.[DESCRIPTION]) return 'done'
    const annotations = { ...metadata.annotations, [DESCRIPTION]: DESCRIPTION_TEXT }
    yield* demand(replace(`${path}/${NAME}`, { ...present, metadata: { ...metadata, annotations }, data: DATA }))
  }
}
