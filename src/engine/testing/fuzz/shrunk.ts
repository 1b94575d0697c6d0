// The least of a plan that still goes wrong: users, steps, faults and options are left out one at a time, as long as something is wrong without
// them. Tests only.

import { quietEnd, problemsOf } from './fuzz'
import type { Plan } from './plan'

export function shrunk(plan: Plan, seed: number): Plan {
  const isBad = (less: Plan) => {
    const wanted = quietly(less)
    return wanted !== null && problemsOf(less, () => wanted, seed).length > 0
  }
  let least = plan
  for (let smaller = true; smaller;) {
    smaller = false
    for (const less of lessThan(least)) {
      if (!isBad(less)) continue
      least = less
      smaller = true
      break
    }
  }
  return least
}

/** Null where not even without faults all steps can be done. */
function quietly(plan: Plan): string | null {
  try {
    return quietEnd(plan)
  } catch {
    return null
  }
}

function* lessThan(plan: Plan): Generator<Plan> {
  const { users, faults, options, manifests = [] } = plan
  for (const i of users.keys()) yield { ...plan, users: without(users, i) }
  for (const i of faults.keys()) yield { ...plan, faults: without(faults, i) }
  for (const i of manifests.keys()) yield { ...plan, manifests: without(manifests, i) }
  if (options.etcdMembers === 3 && !/etcd-/.test(JSON.stringify(faults))) yield { ...plan, options: { ...options, etcdMembers: 1 } }
  if (options.seed !== 1) yield { ...plan, options: { ...options, seed: 1 } }
  if (options.heartbeats) yield { ...plan, options: { ...options, heartbeats: false } }
  for (const [i, steps] of users.entries())
    for (const j of steps.keys()) yield { ...plan, users: users.map((u, k) => (k === i ? without(steps, j) : u)) }
}

const without = <T>(list: readonly T[], at: number): readonly T[] => list.filter((_, i) => i !== at)
