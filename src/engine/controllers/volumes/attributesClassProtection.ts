// A VolumeAttributesClass that is deleted stays as long as a claim or a volume names it: a finalizer holds it until then.
// Upstream: kubernetes pkg/controller/volume/vacprotection/vac_protection_controller.go

import { attributesClassesOf } from '../../api/kinds/persistentvolume/persistentVolumes'
import type { ApiObject } from '../../api/object'
import { whenSynced } from '../../client/sharedInformer'
import { replace } from '../../client/requests'
import { demand, syncQueue, type Sync } from '../../client/sync'
import type { StartController } from '../controller'
import { pathOf, RESOURCES } from '../resources'

const PROTECTION = 'kubernetes.io/vac-protection'

export const attributesClassProtection: StartController = ({ io, client, informers }) => {
  const classes = informers.of(RESOURCES.volumeAttributesClasses)
  const users = [informers.of(RESOURCES.persistentVolumes), informers.of(RESOURCES.persistentVolumeClaims)]

  const queue = syncQueue(io, client, function* (name): Sync {
    const object = classes.get('', name)
    if (!object || isRight(object)) return
    const { finalizers = [], deletionTimestamp } = object.metadata
    if (deletionTimestamp && users.some((of) => [...of.values()].some((user) => attributesClassesOf(user).includes(name)))) return
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
          const still = attributesClassesOf(now)
          lookAt(attributesClassesOf(old).filter((name) => !still.includes(name)))
        },
        delete: (object) => lookAt(attributesClassesOf(object)),
      })
  })
}

/** It has the finalizer while it lives, and not when it goes. */
const isRight = ({ metadata: { finalizers = [], deletionTimestamp } }: ApiObject) =>
  finalizers.includes(PROTECTION) === (deletionTimestamp === undefined)
