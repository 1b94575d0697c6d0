// What a standard, as it was in some version, has against a Pod.
// Upstream: pod-security-admission policy/registry.go

import { BASELINE } from './baseline'
import { containersOf, securityOf, type About, type Check, type Checked, type Violation } from './check'
import type { LevelVersion } from './levels'
import { RESTRICTED } from './restricted'

/** Those of baseline first; restricted has some of its own in their place. */
export function violationsOf(pod: Checked, { level, minor }: LevelVersion): readonly Violation[] {
  if (level === 'privileged') return []
  const restricted = level === 'restricted'
  const kept = BASELINE.filter(({ until }) => !restricted || until === undefined || minor < until)
  const checks: readonly Check[] = restricted ? [...kept, ...RESTRICTED] : kept
  const about: About = { ...pod, minor, containers: containersOf(pod.spec), security: securityOf(pod.spec) }
  return checks.flatMap(({ since = 0, run }) => (minor < since ? [] : (run(about) ?? [])))
}

/** `reason (detail), reason (detail)` */
export const detailsText = (violations: readonly Violation[]) => violations.map(({ reason, detail }) => `${reason} (${detail})`).join(', ')
