// Two subresources through which a running Pod changes more than a plain update allows: its containers' resources, and containers to debug it.
// Upstream: kubernetes pkg/apis/core/validation/validation.go (ValidatePodResize, ValidatePodEphemeralContainersUpdate), pkg/registry/core/pod/strategy.go

import { equalJson } from '../../../base/equal'
import { goQuote } from '../../go/goQuote'
import type { ApiObject, JsonObject } from '../../object'
import type { Subresource } from '../../kind'
import { UNRESET } from '../../managedfields/resetFields'
import { structDiff } from '../../validation/structDiff'
import { without } from '../../../base/without'
import { NONE, notAllowed, Path, wrong, type Errors } from '../../validation/rules'
import { qosClass } from './resources'
import { podGeneration } from './update'
import { validateStoredPod } from './validation'
import type { Container, Pod, PodSpec } from './types'

const SPEC = Path.root('spec')
const ROOT = Path.root('[]')
const MIRROR = 'kubernetes.io/config.mirror'
const RESIZED = ['cpu', 'memory']
const LISTS = ['initContainers', 'containers'] as const

/** Of the object sent only what this subresource writes is taken. */
const through = (change: (spec: PodSpec, old: PodSpec) => PodSpec) => (object: ApiObject, old: ApiObject) => {
  const [pod, before] = [object as Pod, old as Pod]
  const changed: Pod = { ...pod, spec: change(pod.spec, before.spec), status: before.status }
  const metadata = { ...before.metadata, ...keptOf(pod), generation: podGeneration(changed, before) }
  return { ...changed, metadata }
}

const keptOf = ({ metadata: { resourceVersion, managedFields } }: Pod) => ({
  ...(resourceVersion === undefined ? {} : { resourceVersion }),
  ...(managedFields ? { managedFields } : {}),
})

export const resizeSubresource: Subresource = {
  viewless: true,
  verbs: ['get', 'patch', 'update'],
  resets: UNRESET,
  prepareForUpdate: through((spec, old) => {
    const resized = (list: readonly Container[] | undefined, before: readonly Container[] | undefined) => {
      if (!list || !before || !sameNames(list, before)) return list
      return before.map((c, i) => {
        const { resources = {}, resizePolicy } = list[i]!
        return { ...without(c, 'resizePolicy'), resources, ...(resizePolicy ? { resizePolicy } : {}) }
      })
    }
    const initContainers = resized(spec.initContainers, old.initContainers)
    return {
      ...old,
      ...(spec.resources ? { resources: spec.resources } : {}),
      containers: resized(spec.containers, old.containers) ?? [],
      ...(initContainers ? { initContainers } : {}),
    }
  }),
  validateUpdate: (object, old) => validateResize(object as Pod, old as Pod),
}

const sameNames = (a: readonly Container[], b: readonly Container[]) => a.length === b.length && a.every((c, i) => c.name === b[i]!.name)

function validateResize(pod: Pod, old: Pod): Errors {
  if (old.metadata.annotations?.[MIRROR] !== undefined) return notAllowed(ROOT, 'static pods cannot be resized')
  if (old.spec.os?.name === 'windows') return notAllowed(ROOT, 'windows pods cannot be resized')
  const errors = [
    ...validateStoredPod(pod),
    ...(qosClass(pod) === qosClass(old)
      ? NONE
      : wrong(SPEC, old.status.qosClass ?? '', 'Pod QOS Class may not change as a result of resizing')),
    ...(isSupported(old) ? NONE : notAllowed(SPEC, 'Pod running on node without support for resize')),
    ...ofThePod(pod.spec.resources as Resources | undefined, old.spec.resources as Resources | undefined),
  ]
  const moved = ['containers', 'initContainers'].flatMap((list) => order(pod, old, list as 'containers'))
  if (moved.length > 0) return [...errors, ...moved]
  return [
    ...errors,
    ...LISTS.flatMap((list) => (old.spec[list] ?? []).flatMap((c, i) => removed(pod.spec[list]![i]!, c, SPEC.child(list).index(i)))),
    ...old.spec.containers.flatMap((c, i) =>
      onlyResized(pod.spec.containers[i]!, c) ? NONE : notAllowed(SPEC, 'only cpu and memory resources are mutable'),
    ),
    ...(old.spec.initContainers ?? []).flatMap((c, i) => {
      const place = SPEC.child('initContainers').index(i)
      return onlyResized(pod.spec.initContainers![i]!, c)
        ? NONE
        : notAllowed(place, 'only cpu and memory resources for init or sidecar containers are mutable')
    }),
  ]
}

/** A kubelet that knows of resizing fills in the resources of the containers that run. */
function isSupported({ status }: Pod): boolean {
  return (status.containerStatuses ?? []).every((s) => !s.state?.running || s.resources !== undefined)
}

function order(pod: Pod, old: Pod, list: 'containers' | 'initContainers'): Errors {
  const [now, before] = [pod.spec[list] ?? [], old.spec[list] ?? []]
  const at = SPEC.child(list)
  if (now.length !== before.length) return notAllowed(at, `${list} may not be added or removed on resize`)
  return before.flatMap((c, i) =>
    now[i]!.name === c.name ? NONE : notAllowed(at.index(i).child('name'), `${list} may not be renamed or reordered on resize`),
  )
}

type Resources = NonNullable<Container['resources']>
const PARTS = ['requests', 'limits'] as const
const gone = (now: Resources | undefined, old: Resources | undefined) =>
  PARTS.filter((part) => Object.keys(old?.[part] ?? {}).some((name) => now?.[part]?.[name] === undefined))

/** What a container asked for it must go on asking for, in some amount. */
const removed = (now: Container, old: Container, at: Path): Errors =>
  gone(now.resources, old.resources).flatMap((part) => notAllowed(at.child('resources', part), `resource ${part} cannot be removed`))

/** The same of what the Pod asks for as a whole. */
function ofThePod(now: Resources | undefined, old: Resources | undefined): Errors {
  const at = SPEC.child('resources')
  if (old && !now) return notAllowed(at, 'pod-level resources cannot be removed')
  return [
    ...gone(now, old).flatMap((part) => notAllowed(at.child(part), `pod-level resource ${part} cannot be removed`)),
    ...(equalJson(unresized(now), unresized(old)) ? NONE : notAllowed(SPEC, 'only cpu and memory resources are mutable at pod-level')),
  ]
}

function onlyResized(now: Container, old: Container): boolean {
  const rest = (c: Container): JsonObject => ({ ...c, resources: unresized(c.resources) })
  return equalJson(rest(now), rest(old))
}

/** What of resources a resize leaves as it is. */
const unresized = (resources: Resources | undefined): JsonObject => ({
  ...resources,
  ...Object.fromEntries(PARTS.map((part) => [part, without(resources?.[part] ?? {}, ...RESIZED)])),
})

export const ephemeralContainersSubresource: Subresource = {
  viewless: true,
  verbs: ['get', 'patch', 'update'],
  resets: UNRESET,
  prepareForUpdate: through(({ ephemeralContainers }, old) => ({
    ...without(old, 'ephemeralContainers'),
    ...(ephemeralContainers ? { ephemeralContainers } : {}),
  })),
  validateUpdate: (object, old) => validateEphemeral(object as Pod, old as Pod),
}

function validateEphemeral(pod: Pod, old: Pod): Errors {
  if (old.metadata.annotations?.[MIRROR] !== undefined) return notAllowed(ROOT, 'static pods do not support ephemeral containers')
  const at = SPEC.child('ephemeralContainers')
  const now = new Map((pod.spec.ephemeralContainers ?? []).map((c) => [c.name, c]))
  return [
    ...validateStoredPod(pod),
    ...(old.spec.ephemeralContainers ?? []).flatMap((c) => {
      const same = now.get(c.name)
      if (!same) return notAllowed(at, `existing ephemeral containers ${goQuote(c.name)} may not be removed\n`)
      return equalJson(same, c)
        ? NONE
        : notAllowed(at, `existing ephemeral containers ${goQuote(c.name)} may not be changed\n${structDiff(c, same)}`)
    }),
  ]
}
