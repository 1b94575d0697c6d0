// Each Pod runs as a service account: named, there, and its token mounted into every container.
// Leaves out: the wait of a second or two for an account `default` that the controller has not made yet; limits on the secrets of debug containers.
// Upstream: kubernetes plugin/pkg/admission/serviceaccount/admission.go

import type { Container, Pod, Volume } from '../../api/kinds/pod/types'
import { isMirror } from '../../api/kinds/pod/mirror'
import { projectedSources } from '../../api/kinds/pod/projected'
import type { ApiObject } from '../../api/object'
import type { ServerState } from '../serverState'
import { isPod, refuse, type Plugin } from './plugin'
import { withFields } from '../../base/without'

const MOUNT_PATH = '/var/run/secrets/kubernetes.io/serviceaccount'

interface ServiceAccount extends ApiObject {
  readonly secrets?: readonly { readonly name?: string }[]
  readonly imagePullSecrets?: readonly { readonly name?: string }[]
  readonly automountServiceAccountToken?: boolean
}

export const serviceAccount: Plugin = {
  name: 'ServiceAccount',
  admit(a, server) {
    if (!isPod(a) || a.operation !== 'CREATE') return a.object
    const pod = a.object as Pod
    if (isMirror(pod)) {
      const why = mirrorProblem(pod)
      return why === null ? pod : { refusal: refuse(a, why, { problem: why }) }
    }
    const name = pod.spec.serviceAccountName || 'default'
    const account = server.cached('serviceaccounts', a.namespace, name) as ServiceAccount | undefined
    if (!account)
      return {
        refusal: refuse(a, `error looking up service account ${a.namespace}/${name}: serviceaccount "${name}" not found`, {
          field: 'spec.serviceAccountName',
          sent: pod.spec.serviceAccountName ?? '',
          missing: `serviceaccounts ${a.namespace}/${name}`,
        }),
      }
    const spec = withFields(pod.spec, { serviceAccountName: name, serviceAccount: name })
    const automount = spec.automountServiceAccountToken ?? account.automountServiceAccountToken ?? true
    const mounted = automount ? withToken({ ...pod, spec }, server) : { ...pod, spec }
    if ((spec.imagePullSecrets?.length ?? 0) > 0 || !account.imagePullSecrets?.length) return mounted
    return { ...mounted, spec: { ...mounted.spec, imagePullSecrets: account.imagePullSecrets.map(({ name: n }) => ({ name: n ?? '' })) } }
  },
  validate(a, server) {
    const { object, operation } = a
    if (!object || !isPod(a) || operation !== 'CREATE') return null
    const pod = object as Pod
    const why = isMirror(pod) ? mirrorProblem(pod) : limitedProblem(pod, a.namespace, server)
    return why === null ? null : refuse(a, why, { problem: why })
  },
}

/** A mirror of a static Pod runs without the server's help, and may name nothing that it would need for it. */
function mirrorProblem({ spec }: Pod): string | null {
  if (spec.serviceAccountName) return 'a mirror pod may not reference service accounts'
  if (secretsOf(spec).length > 0) return 'a mirror pod may not reference secrets'
  const sources = (spec.volumes ?? []).flatMap(projectedSources)
  return sources.some((s) => s.serviceAccountToken !== undefined) ? 'a mirror pod may not use ServiceAccountToken volume projections' : null
}

/** Some accounts say that their Pods may use the secrets alone that they list. */
function limitedProblem({ spec }: Pod, namespace: string, server: ServerState): string | null {
  const account = server.cached('serviceaccounts', namespace, spec.serviceAccountName ?? '') as ServiceAccount | undefined
  if (account?.metadata.annotations?.[LIMITED] !== 'true') return null
  const mine = (list: readonly { readonly name?: string }[] | undefined, name: string) => (list ?? []).some((s) => s.name === name)
  const { name: who } = account.metadata
  const used = secretsOf(spec).find(({ name, pull }) => !mine(pull ? account.imagePullSecrets : account.secrets, name))
  if (!used) return null
  return `${used.by} is not allowed because service account ${who} does not reference that ${used.pull ? 'imagePullSecret' : 'secret'}`
}

const LIMITED = 'kubernetes.io/enforce-mountable-secrets'

interface SecretUse {
  readonly name: string
  /** In the refusal's words. */
  readonly by: string
  readonly pull?: true
}

function secretsOf({ volumes = [], containers, initContainers = [], imagePullSecrets = [] }: Pod['spec']): readonly SecretUse[] {
  const of = (c: Container, what: string): readonly SecretUse[] => {
    const uses = (name: string | undefined, by: string) =>
      name === undefined ? [] : [{ name, by: `${what} ${c.name} with ${by} referencing secret.secretName="${name}"` }]
    return [
      ...((c.env ?? []) as readonly Env[]).flatMap((e) => uses(e.valueFrom?.secretKeyRef?.name, `envVar ${e.name}`)),
      ...((c.envFrom ?? []) as readonly Env[]).flatMap((e) => uses(e.secretRef?.name, 'envFrom')),
    ]
  }
  return [
    ...volumes.flatMap((v) => {
      const name = (v.secret as { secretName?: string } | undefined)?.secretName
      return name === undefined ? [] : [{ name, by: `volume with secret.secretName="${name}"` }]
    }),
    ...initContainers.flatMap((c) => of(c, 'init container')),
    ...containers.flatMap((c) => of(c, 'container')),
    ...(imagePullSecrets as readonly { name?: string }[]).map(({ name = '' }, i) => ({
      name,
      by: `imagePullSecrets[${i}].name="${name}"`,
      pull: true as const,
    })),
  ]
}

interface Env {
  readonly name?: string
  readonly valueFrom?: { readonly secretKeyRef?: { readonly name?: string } }
  readonly secretRef?: { readonly name?: string }
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
