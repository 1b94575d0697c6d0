// Which labels of its own Node a kubelet may set: Kubernetes' own only from a list, none for isolating nodes from each other.
// Upstream: kubernetes plugin/pkg/admission/noderestriction (getForbiddenLabels), kubelet pkg/apis/well_known_labels.go

type Labels = Readonly<Record<string, string>>

const KUBELETS = new Set([
  'kubernetes.io/hostname',
  'kubernetes.io/arch',
  'kubernetes.io/os',
  'beta.kubernetes.io/instance-type',
  'beta.kubernetes.io/arch',
  'beta.kubernetes.io/os',
  'failure-domain.beta.kubernetes.io/region',
  'failure-domain.beta.kubernetes.io/zone',
  'failure-domain.kubernetes.io/region',
  'failure-domain.kubernetes.io/zone',
  'node.kubernetes.io/instance-type',
  'topology.kubernetes.io/region',
  'topology.kubernetes.io/zone',
])
const KUBELETS_DOMAINS = ['kubelet.kubernetes.io', 'node.kubernetes.io']
const ISOLATING = 'node-restriction.kubernetes.io'

/** Of the labels that differ, those that are not a kubelet's to change; sorted. */
export function forbiddenLabels(now: Labels = {}, old: Labels = {}): readonly string[] {
  const keys = [...new Set([...Object.keys(now), ...Object.keys(old)])]
  return keys.filter((key) => now[key] !== old[key] && isForbidden(key)).sort()
}

function isForbidden(key: string): boolean {
  const slash = key.indexOf('/')
  const domain = slash < 0 ? '' : key.slice(0, slash)
  if (within(domain, ISOLATING)) return true
  if (!within(domain, 'kubernetes.io') && !within(domain, 'k8s.io')) return false
  return !KUBELETS.has(key) && !KUBELETS_DOMAINS.some((d) => within(domain, d))
}

const within = (domain: string, parent: string) => domain === parent || domain.endsWith(`.${parent}`)
