// Replays recorded exchanges on a fresh cluster for each scenario, and compares what was answered with what a real v1.37.2 answered.

import { createCluster } from '../src/engine/cluster/cluster'
import type { Bootstrap, Cluster } from '../src/engine/cluster/types'
import { parseYaml, printYaml } from '../src/engine/api/yaml/yaml'
import { differences, normalizeScenario } from './normalize.mjs'
import { perform, TOKENS, type Step } from './steps'

export interface Scenario {
  readonly name: string
  readonly group: string
  readonly cluster: string
  readonly namespace: string
  readonly setup?: readonly Step[]
  readonly steps: readonly Step[]
}

export interface Exchange {
  /** `create/create-minimal#1`; steps count from 1, those inside a watch as `#3.1`. */
  readonly id: string
  readonly matches: boolean
  readonly differences: readonly { readonly path: string; readonly want: unknown; readonly got: unknown }[]
}

/** `lived` is given the cluster when all is done. */
export function replay(scenario: Scenario, bootstrap: Bootstrap, lived?: (cluster: Cluster) => void): readonly Exchange[] {
  const cluster = createCluster({
    seed: 1,
    bootstrap,
    tokens: TOKENS,
    scheduler: scenario.cluster === 'scheduler',
    yaml: { parseYaml, printYaml },
  })
  const variables: Record<string, string> = { ns: scenario.namespace }
  for (const step of scenario.setup ?? []) perform(cluster, step, variables, '', () => {})
  const got: unknown[] = []
  const want: unknown[] = []
  const numbers: string[] = []
  for (const [i, step] of scenario.steps.entries())
    perform(cluster, step, variables, String(i + 1), (number, recorded, answer) => {
      numbers.push(number)
      want.push({ step: number, ...recorded })
      got.push({ step: number, ...answer })
    })
  lived?.(cluster)
  const options = { concurrent: scenario.cluster !== 'apiserver' }
  const wanted = normalizeScenario(want, options) as readonly unknown[]
  const given = normalizeScenario(got, options) as readonly unknown[]
  return wanted.map((w, i) => {
    const found = differences(w, given[i]) as Exchange['differences']
    return { id: `${scenario.group}/${scenario.name}#${numbers[i]}`, matches: found.length === 0, differences: found }
  })
}
