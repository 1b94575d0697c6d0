// Each Pod runs as a service account: named, there, and its token mounted into every container.
// Leaves out: the wait of a second or two for an account `default` that the controller has not made yet; limits on which secrets it may use.
// Upstream: kubernetes plugin/pkg/admission/serviceaccount/admission.go

import type { Container, Pod, Volume } from '../../api/kinds/pod/types'
import { isMirror } from '../../api/kinds/pod/mirror'
import type { ApiObject } from '../../api/object'
import type { ServerState } from '../serverState'
import { isPod, refuse, type Plugin } from './plugin'
import { withFields } from '../../api/without'

const MOUNT_PATH = '/var/run/secrets/kubernetes.io/serviceaccount'

interface ServiceAccount extends ApiObject {
  readonly imagePullSecrets?: readonly { readonly name?: string }[]
  readonly automountServiceAccountToken?: boolean
}

export const serviceAccount: Plugin = {
  name: 'ServiceAccount',
  admit(a, server) {
    if (!isPod(a) || a.operation !== 'CREATE') return a.object
    const pod = a.object as Pod
    if (isMirror(pod)) return pod
    const name = pod.spec.serviceAccountName || 'default'
    const account = server.cached('serviceaccounts', a.namespace, name) as ServiceAccount | undefined
    if (!account)
      return { refusal: refuse(a, `error looking up service account ${a.namespace}/${name}: serviceaccount "${name}" not found`) }
    const spec = withFields(pod.spec, { serviceAccountName: name, serviceAccount: name })
    const automount = spec.automountServiceAccountToken ?? account.automountServiceAccountToken ?? true
    const mounted = automount ? withToken({ ...pod, spec }, server) : { ...pod, spec }
    if ((spec.imagePullSecrets?.length ?? 0) > 0 || !account.imagePullSecrets?.length) return mounted
    return { ...mounted, spec: { ...mounted.spec, imagePullSecrets: account.imagePullSecrets.map(({ name: n }) => ({ name: n ?? '' })) } }
  },
}

function withToken(pod: Pod, server: ServerState): Pod {
  const { volumes = [], containers, initContainers } = pod.spec
  const lacks = (c: Container) => !(c.volumeMounts ?? []).some((m) => m.mountPath === MOUNT_PATH)
  if (![...containers, ...(initContainers ?? [])].some(lacks)) return pod
  const known = volumes.find((v) => v.name.startsWith('kube-api-access-') && v.projected !== undefined)
  const name = known?.name ?? `kube-api-access-${server.io.random.suffix(5)}`
  const mount = { name, readOnly: true, mountPath: MOUNT_PATH }
  const mounted = (c: Container): Container => (lacks(c) ? withFields(c, { volumeMounts: (c.volumeMounts ?? []).concat(mount) }) : c)
  return {
    ...pod,
    spec: withFields(pod.spec, {
      volumes: known ? volumes : volumes.concat({ name, projected: TOKEN_SOURCES } as Volume),
      ...(initContainers ? { initContainers: initContainers.map(mounted) } : {}),
      containers: containers.map(mounted),
    }),
  }
}

const TOKEN_SOURCES = {
  sources: [
    { serviceAccountToken: { expirationSeconds: 3607, path: 'token' } },
    { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
    { downwardAPI: { items: [{ path: 'namespace', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' } }] } },
  ],
  defaultMode: 420,
}
