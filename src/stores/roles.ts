// What a part of the cluster is, by its name: its hue, its row of the timeline and what its absence means go by that.

export type Role = 'apiserver' | 'etcd' | 'scheduler' | 'controllers' | 'kubelet' | 'runtime' | 'user'

const ROLES: Readonly<Record<string, Role>> = {
  user: 'user',
  'kube-apiserver': 'apiserver',
  'kube-scheduler': 'scheduler',
  'kube-controller-manager': 'controllers',
}

/** A kubelet has its node's name, and its container runtime stands below that: `worker-1/runtime`. */
export function roleOf(part: string): Role {
  return ROLES[part] ?? (part.startsWith('etcd') ? 'etcd' : part.includes('/') ? 'runtime' : 'kubelet')
}

/** The part that shows a certificate of this common name. */
export function bearerOf(commonName: string): string {
  if (commonName.startsWith('system:node:')) return commonName.slice('system:node:'.length)
  if (commonName.startsWith('system:')) return commonName.slice('system:'.length)
  return commonName === 'kube-apiserver' ? commonName : 'user'
}

/** Of a link, the end that is not the server. */
export function farEnd({ from, to }: { readonly from: string; readonly to: string }): string {
  return from === 'kube-apiserver' ? to : from
}
