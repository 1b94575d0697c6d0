// All containers of a Pod, each with its place. Upstream: kubernetes pkg/apis/core/pods/helpers.go (VisitContainersWithPath)

import type { Path } from '../../validation/rules'
import type { Container, PodSpec } from './types'

const LISTS = ['initContainers', 'containers', 'ephemeralContainers'] as const

export const containersOf = (spec: PodSpec, at: Path): readonly (readonly [Container, Path])[] =>
  LISTS.flatMap((list) => (spec[list] ?? []).map((c, i) => [c, at.child(list).index(i)] as const))
