// A VolumeAttributesClass that is deleted stays as long as a claim or a volume names it: a finalizer holds it until then.
// Upstream: kubernetes pkg/controller/volume/vacprotection/vac_protection_controller.go

import type { ApiObject } from '../../api/object'
import { whenSynced } from '../../client/sharedInformer'
import { replace } from '../../client/requests'
import { demand, syncQueue, type Sync } from '../../client/sync'
import type { StartController } from '../controller'
import { pathOf, RESOURCES } from '../resources'

const PROTECTION = 'kubernetes.io/vac-protection'

interface Attributed {
  readonly spec?: { readonly volumeAttributesClassName?: string }
  readonly status?: {
    readonly currentVolumeAttributesClassName?: string
    readonly modifyVolumeStatus?: { readonly targetVolumeAttributesClassName?: string }
  }
}

export const attributesClassProtection: StartController = ({ io, client, informers }) => {
  const classes = informers.of(RESOURCES.volumeAttributesClasses)
  const users = [informers.of(RESOURCES.persistentVolumes), informers.of(RESOURCES.persistentVolumeClaims)]

  const queue = syncQueue(io, client, function* (name): Sync {
    const object = classes.get('', name)
    if (!object || isRight(object)) return
    const { finalizers = [], deletionTimestamp } = object.metadata
    if (deletionTimestamp && users.some((of) => [...of.values()].some((user) => namedBy(user).includes(name)))) return
    const next = deletionTimestamp ? finalizers.filter((f) => f !== PROTECTION) : [...finalizers, PROTECTION]
    yield* demand(replace(pathOf('volumeAttributesClasses', object), { ...object, metadata: { ...object.metadata, finalizers: next } }))
  })

  whenSynced([classes, ...users], () => {
    const look = (object: ApiObject) => isRight(object) || queue.add(object.metadata.name!)
    classes.listen({ add: look, update: look })
    const lookAt = (names: readonly string[]) => names.forEach((name) => queue.add(name))
    for (const of of users)
      of.listen({
        update: (now, old) => {
          const still = namedBy(now)
          lookAt(namedBy(old).filter((name) => !still.includes(name)))
        },
        delete: (object) => lookAt(namedBy(object)),
      })
  })
}

/** It has the finalizer while it lives, and not when it goes. */
const isRight = ({ metadata: { finalizers = [], deletionTimestamp } }: ApiObject) =>
  finalizers.includes(PROTECTION) === (deletionTimestamp === undefined)

/** The classes that a claim or a volume has, is to have, or is being changed to. */
function namedBy(object: ApiObject): readonly string[] {
  const { spec, status } = object as ApiObject & Attributed
  const { currentVolumeAttributesClassName: current, modifyVolumeStatus: change } = status ?? {}
  return [spec?.volumeAttributesClassName, current, change?.targetVolumeAttributesClassName].filter(
    (name) => name !== undefined && name !== '',
  ) as string[]
}
