// Claims and Ingresses that name no class get the default one: the class that its annotation marks, the newest of several.
// Upstream: kubernetes plugin/pkg/admission/storage/storageclass/setdefault, plugin/pkg/admission/network/defaultingressclass

import { defaultClass } from '../../api/kinds/defaultClass'
import { DEFAULT_INGRESS_CLASS } from '../../api/kinds/ingressclass'
import { DEFAULT_STORAGE_CLASS } from '../../api/kinds/storageclass'
import type { JsonObject } from '../../api/object'
import type { Attributes, Plugin } from './plugin'

const byDefault = (name: string, resource: string, storage: string, marks: readonly string[], field: string, unless?: string): Plugin => ({
  name,
  admit(a, server) {
    if (!isNew(a, resource)) return a.object
    const spec = (a.object.spec ?? {}) as JsonObject
    if (spec[field] !== undefined || (unless && a.object.metadata.annotations?.[unless] !== undefined)) return a.object
    const found = defaultClass(server.cache(storage).values(), marks)
    return found ? { ...a.object, spec: { ...spec, [field]: found } } : a.object
  },
})

const isNew = (a: Attributes, resource: string) => a.operation === 'CREATE' && a.kind.resource === resource && a.subresource === ''

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
