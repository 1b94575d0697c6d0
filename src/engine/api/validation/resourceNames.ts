// Names of resources: the standard ones, and others that must be qualified by a domain.
// Upstream: kubernetes pkg/apis/core/helper/helpers.go, pkg/apis/core/validation/validation.go (validateResourceName …)

import { labelKeyErrors } from './labels'
import { named, wrong, type Errors, type Path } from './rules'

const COMPUTE = ['cpu', 'memory', 'ephemeral-storage']
const COUNTED = ['pods', 'services', 'replicationcontrollers', 'resourcequotas', 'secrets', 'configmaps', 'persistentvolumeclaims']
const STANDARD = new Set([
  ...COMPUTE,
  ...COMPUTE.flatMap((name) => [`requests.${name}`, `limits.${name}`]),
  ...COUNTED,
  'storage',
  'requests.storage',
  'services.nodeports',
  'services.loadbalancers',
])
const HUGE = /^(requests\.)?hugepages-/
export const HUGE_PAGES = 'hugepages-'
export const isHugePage = (name: string) => name.startsWith(HUGE_PAGES)

export function validateResourceName(name: string, at: Path): Errors {
  const bad = named(name, at, labelKeyErrors)
  if (bad.length > 0 || name.includes('/') || STANDARD.has(name) || HUGE.test(name)) return bad
  return wrong(at, name, 'must be a standard resource type or fully qualified')
}

export function validateContainerResourceName(name: string, at: Path): Errors {
  const own = validateResourceName(name, at)
  if (!name.includes('/'))
    return COMPUTE.includes(name) || isHugePage(name) ? own : [...own, ...wrong(at, name, 'must be a standard resource for containers')]
  const native = (name.split('/')[0] ?? '').endsWith('kubernetes.io')
  return !native && name.startsWith('requests.') ? [...own, ...wrong(at, name, "doesn't follow extended resource name standard")] : own
}

/** Named by a domain that is not Kubernetes' own. */
export const isExtendedResource = (name: string) =>
  name.includes('/') && !name.includes('kubernetes.io/') && !name.startsWith('requests.') && labelKeyErrors(`requests.${name}`).length === 0

/** Whether containers may be promised more of it than there is. */
export const isOvercommitAllowed = (name: string) => (!name.includes('/') || name.includes('kubernetes.io/')) && !isHugePage(name)
