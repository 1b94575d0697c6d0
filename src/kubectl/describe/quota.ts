// kubectl describe of what limits a namespace: ResourceQuota and LimitRange.
// Upstream: kubectl pkg/describe/describe.go (describeQuota, describeLimitRange)

import type { Describer } from './describer'
import { named, type Described, type Lines } from './parts'

const SCOPES: Readonly<Record<string, string>> = {
  Terminating:
    'Matches all pods that have an active deadline. These pods have a limited lifespan on a node before being actively terminated by the system.',
  NotTerminating:
    'Matches all pods that do not have an active deadline. These pods usually include long running pods whose container command is not expected to terminate.',
  BestEffort: 'Matches all pods that do not have resource requirements set. These pods have a best effort quality of service.',
  NotBestEffort:
    'Matches all pods that have at least one resource requirement set. These pods have a burstable or guaranteed quality of service.',
}

export const describeQuota: Describer = function* (quota) {
  return [...named(quota), ...quotaRows(quota, '----')]
}

/** Scopes, then used and hard; `rule` stands under the names of the columns. */
export function quotaRows({ spec = {}, status = {} }: Described, rule: string): Lines {
  const { hard = {}, used = {} } = status as { hard?: Record<string, string>; used?: Record<string, string> }
  const scopes = [...((spec.scopes ?? []) as readonly string[])].sort()
  return [
    ...(scopes.length === 0
      ? []
      : [`Scopes:\t${scopes.join(', ')}`, ...scopes.flatMap((s) => (Object.hasOwn(SCOPES, s) ? [` * ${SCOPES[s]}`] : []))]),
    'Resource\tUsed\tHard',
    `--------\t${rule}\t${rule}`,
    ...Object.keys(hard)
      .sort()
      .map((name) => `${name}\t${used[name] ?? '0'}\t${hard[name]}`),
  ]
}

export const LIMIT_COLUMNS = ['Type', 'Resource', 'Min', 'Max', 'Default Request', 'Default Limit', 'Max Limit/Request Ratio']

export const describeLimitRange: Describer = function* (range) {
  return [...named(range), LIMIT_COLUMNS.join('\t'), LIMIT_COLUMNS.map((c) => '-'.repeat(c.length)).join('\t'), ...limitLines(range)]
}

type Amounts = Readonly<Record<string, string>>
const PARTS = ['min', 'max', 'defaultRequest', 'default', 'maxLimitRequestRatio'] as const

/** A line for each resource of each limit. */
export function limitLines({ spec }: Described): Lines {
  const limits = (spec?.limits ?? []) as readonly unknown[] as readonly ({ readonly type: string } & Readonly<
    Partial<Record<(typeof PARTS)[number], Amounts>>
  >)[]
  return limits.flatMap((limit) => {
    const resources = [...new Set(PARTS.flatMap((part) => Object.keys(limit[part] ?? {})))].sort()
    return resources.map((resource) => [limit.type, resource, ...PARTS.map((part) => limit[part]?.[resource] ?? '-')].join('\t'))
  })
}
