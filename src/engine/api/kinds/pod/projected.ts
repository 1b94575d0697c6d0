// Projected volumes put several sources into one folder; the downward API makes files of the Pod's own fields.
// Upstream: kubernetes pkg/apis/core/validation/validation.go (validateProjectionSources, validateDownwardAPIVolumeFile)

import type { JsonObject } from '../../object'
import { missing, NONE, notAllowed, required, seenBefore, wrong, type Errors, type Path } from '../../validation/rules'
import { validateFieldRef, validateResourceField } from './env'
import { fileMode, relativePath, type PlaceFile } from './paths'
import { validatePodCertificate, validateTrustBundle } from './projectedTrust'

const FIELDS = ['metadata.annotations', 'metadata.labels', 'metadata.name', 'metadata.namespace', 'metadata.uid']
const SHORTEST = 600
const LONGEST = 2 ** 32

/** What a volume puts together; none of another type of volume. */
export const projectedSources = ({ projected }: JsonObject) =>
  ((projected as JsonObject | undefined)?.sources ?? []) as readonly JsonObject[]

/** Upstream names the volume, not the item. */
export function validateDownwardFile(file: JsonObject, at: Path): Errors {
  const { path = '', fieldRef, resourceFieldRef, mode } = file as { path?: string; mode?: number } & JsonObject
  return [
    ...required(path, at.child('path')),
    ...relativePath(path, at.child('path'), true),
    ...(fieldRef ? validateFieldRef(fieldRef as JsonObject, at.child('fieldRef'), FIELDS) : NONE),
    ...(fieldRef && resourceFieldRef ? wrong(at, 'resource', 'fieldRef and resourceFieldRef can not be specified simultaneously') : NONE),
    ...(!fieldRef && resourceFieldRef ? validateResourceField(resourceFieldRef as JsonObject, at.child('resourceFieldRef'), true) : NONE),
    ...(!fieldRef && !resourceFieldRef ? missing(at, 'one of fieldRef and resourceFieldRef is required') : NONE),
    ...fileMode(mode, at.child('mode')),
  ]
}

export function validateProjected({ defaultMode, sources }: JsonObject, at: Path): Errors {
  const again = seenBefore()
  const place = (path: string, shown: string): Errors => {
    if (path === '') return NONE
    return again(path) ? wrong(at, shown, 'conflicting duplicate paths') : NONE
  }
  return [
    ...fileMode(defaultMode as number | undefined, at.child('defaultMode')),
    ...((sources ?? []) as readonly JsonObject[]).flatMap((source, i) => {
      const here = at.child('sources').index(i)
      return [
        ...(['secret', 'configMap'] as const).flatMap((name) =>
          source[name] ? keys(source[name] as JsonObject, here.child(name), place) : NONE,
        ),
        ...(source.downwardAPI ? downward(source.downwardAPI as JsonObject, here.child('downwardAPI'), place) : NONE),
        ...(source.serviceAccountToken ? token(source.serviceAccountToken as JsonObject, here.child('serviceAccountToken'), at) : NONE),
        ...(source.clusterTrustBundle
          ? validateTrustBundle(source.clusterTrustBundle as JsonObject, here.child('clusterTrustBundle'), place)
          : NONE),
        ...(source.podCertificate
          ? validatePodCertificate(source.podCertificate as JsonObject, here.child('podCertificate'), place)
          : NONE),
        ...(Object.keys(source).length > 1 ? notAllowed(here, 'may not specify more than 1 volume type per source') : NONE),
      ]
    }),
  ]
}

function keys({ name = '', items }: JsonObject, at: Path, place: PlaceFile): Errors {
  return [
    ...required(name, at.child('name')),
    ...((items ?? []) as readonly JsonObject[]).flatMap(({ key, path = '', mode }, i) => {
      const item = at.child('items').index(i)
      return [
        ...required(key, item.child('key')),
        ...required(path, item.child('path')),
        ...relativePath(path as string, item.child('path'), true),
        ...fileMode(mode as number | undefined, item.child('mode')),
        ...place(path as string, name as string),
      ]
    }),
  ]
}

function downward({ items }: JsonObject, at: Path, place: PlaceFile): Errors {
  return ((items ?? []) as readonly JsonObject[]).flatMap((file) => {
    const path = (file.path ?? '') as string
    return [...validateDownwardFile(file, at), ...place(path, path)]
  })
}

function token({ expirationSeconds = 3600, path = '' }: JsonObject, at: Path, volume: Path): Errors {
  const seconds = expirationSeconds as number
  const lasts = at.child('expirationSeconds')
  return [
    ...(seconds < SHORTEST ? wrong(lasts, seconds, 'may not specify a duration less than 10 minutes') : NONE),
    ...(seconds > LONGEST ? wrong(lasts, seconds, 'may not specify a duration larger than 2^32 seconds') : NONE),
    ...(path ? relativePath(path as string, volume.child('path'), true) : missing(volume.child('path'))),
  ]
}
