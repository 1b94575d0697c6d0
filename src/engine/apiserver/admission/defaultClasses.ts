// Claims and Ingresses that name no class get the default one: the class that its annotation marks, the newest of several.
// Upstream: kubernetes plugin/pkg/admission/storage/storageclass/setdefault, plugin/pkg/admission/network/defaultingressclass

import { DEFAULT_INGRESS_CLASS } from '../../api/kinds/ingressclass'
import { DEFAULT_STORAGE_CLASS } from '../../api/kinds/storageclass'
import type { ApiObject, JsonObject } from '../../api/object'
import type { Attributes, Plugin } from './plugin'
import type { ServerState } from '../serverState'

const byDefault = (name: string, resource: string, storage: string, annotation: string, field: string, unless?: string): Plugin => ({
  name,
  admit(a, server) {
    if (!isNew(a, resource)) return a.object
    const spec = (a.object.spec ?? {}) as JsonObject
    if (spec[field] !== undefined || (unless && a.object.metadata.annotations?.[unless] !== undefined)) return a.object
    const found = newest(server, storage, annotation)
    return found ? { ...a.object, spec: { ...spec, [field]: found } } : a.object
  },
})

const isNew = (a: Attributes, resource: string) => a.operation === 'CREATE' && a.kind.resource === resource && a.subresource === ''

function newest(server: ServerState, storage: string, annotation: string): string | undefined {
  const marked = [...server.cache(storage).values()].filter((o: ApiObject) => o.metadata.annotations?.[annotation] === 'true')
  const age = (o: ApiObject) => o.metadata.creationTimestamp ?? ''
  marked.sort((a, b) => (age(a) === age(b) ? ((a.metadata.name ?? '') < (b.metadata.name ?? '') ? -1 : 1) : age(a) < age(b) ? 1 : -1))
  return marked[0]?.metadata.name
}

export const defaultStorageClass = byDefault(
  'DefaultStorageClass',
  'persistentvolumeclaims',
  'storageclasses',
  DEFAULT_STORAGE_CLASS,
  'storageClassName',
)
export const defaultIngressClass = byDefault(
  'DefaultIngressClass',
  'ingresses',
  'ingressclasses',
  DEFAULT_INGRESS_CLASS,
  'ingressClassName',
  'kubernetes.io/ingress.class',
)
