// Static Pods of a fuzzed cluster: which manifest is written into the folder of which node, and when. Tests only.

import type { JsonObject } from '../../base/json'
import type { Rng } from '../../base/rng'
import { aPod, PODS } from '../builders'
import { remove, type Step } from './steps'

export interface ManifestTime {
  readonly at: number
  readonly node: string
  readonly file: string
  /** Null: the file is removed. */
  readonly manifest: JsonObject | null
}

export interface StaticPodPlan {
  readonly manifests: readonly ManifestTime[]
  /** Of those who delete what mirrors them in the API. */
  readonly users: readonly (readonly Step[])[]
}

const PLANS_WITHOUT = 4
const NONE: StaticPodPlan = { manifests: [], users: [] }
const LATEST = [300, 3000, 20_000]

export function staticPodsOf(rng: Rng, nodes: number): StaticPodPlan {
  if (rng.int(1 + PLANS_WITHOUT) > 0) return NONE
  const manifests: ManifestTime[] = []
  const users: Step[][] = []
  for (let n = 1 + rng.int(2); n > 0; n--) {
    const node = `worker-${1 + rng.int(nodes)}`
    const name = `s${n}`
    for (let writes = 1 + rng.int(3); writes > 0; writes--) {
      const manifest = rng.int(5) === 0 ? null : { ...aPod(name, SPECS[rng.int(SPECS.length)]) }
      manifests.push({ at: rng.int(LATEST[rng.int(LATEST.length)]!) + rng.next(), node, file: `${name}.yaml`, manifest })
    }
    if (rng.int(3) === 0) users.push([remove(rng, `${PODS}/${name}-${node}`), remove(rng, `${PODS}/${name}-${node}`)])
  }
  return { manifests, users }
}

/** None ends by itself: what its mirror lacks then nobody puts right any more, as upstream. */
const SPECS: readonly JsonObject[] = [
  {},
  { terminationGracePeriodSeconds: 1 },
  { containers: [{ name: 'c', image: 'nginx:2' }] },
  { containers: [{ name: 'c', image: 'nginx', lifecycle: { preStop: { sleep: { seconds: 5 } } } }] },
  { initContainers: [{ name: 'i', image: 'oneshot' }] },
]
