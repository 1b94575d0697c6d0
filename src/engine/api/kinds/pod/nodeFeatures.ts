// The features of a node that a Pod needs, of those that not every kubelet of a cluster may have yet: a Node declares which it has.
// Leaves out: features that are off by default (mount options, users of its own in the node's network, volumes in memory that are resized).
// Upstream: component-helpers nodedeclaredfeatures (framework.go, features/)

import { equalJson } from '../../../base/equal'
import type { JsonObject } from '../../object'
import { couldRestartAll } from './restarts'
import type { Container, PodSpec } from './types'

/** What must be there for the Pod to run as it says. In the order of their names, as a Node declares them. */
export const featuresToRun = (spec: PodSpec): readonly string[] => (couldRestartAll(spec) ? ['RestartAllContainersOnContainerExits'] : [])

/** What must be there for a Pod on its node to become another. */
export function featuresToUpdate(now: PodSpec, old: PodSpec): readonly string[] {
  return [
    ...(differ(now, old) ? ['InPlacePodLevelResourcesVerticalScaling'] : []),
    ...(old.initContainers?.some((c, i) => !isSidecar(c) && differ(c, now.initContainers?.[i] ?? {}))
      ? ['InPlacePodVerticalScalingInitContainers']
      : []),
  ]
}

export const missingFeatures = (needed: readonly string[], declared: readonly string[] = []): readonly string[] =>
  needed.filter((feature) => !declared.includes(feature))

interface Sized {
  readonly resources?: unknown
}

const differ = (a: Sized, b: Sized) => !equalJson(a.resources as JsonObject | undefined, b.resources as JsonObject | undefined)

const isSidecar = ({ restartPolicy }: Container) => restartPolicy === 'Always'
