// /healthz, /livez, /readyz and their single checks, which pass as long as the server answers at all.
// Leaves out: checks that fail.
// Upstream: apiserver pkg/server/healthz/healthz.go; kubernetes pkg/controlplane (post-start hooks)

import type { HttpResponse } from '../base/wire'
import { plainText } from './plainText'

const HOOKS = (
  'start-apiserver-admission-initializer generic-apiserver-start-informers priority-and-fairness-config-consumer priority-and-fairness-filter ' +
  'storage-object-count-tracker-hook start-apiextensions-informers start-apiextensions-controllers crd-informer-synced ' +
  'start-system-namespaces-controller peer-endpoint-reconciler-controller start-cluster-authentication-info-controller start-kube-apiserver-identity-lease-controller ' +
  'start-kube-apiserver-identity-lease-garbage-collector storage-readiness start-legacy-token-tracking-controller start-service-ip-repair-controllers ' +
  'rbac/bootstrap-roles scheduling/bootstrap-system-priority-classes priority-and-fairness-config-producer bootstrap-controller ' +
  'start-kubernetes-service-cidr-controller start-kube-aggregator-informers ' +
  'apiservice-status-local-available-controller apiservice-status-remote-available-controller apiservice-registration-controller ' +
  'apiservice-discovery-controller kube-apiserver-autoregistration'
)
  .split(' ')
  .map((hook) => `poststarthook/${hook}`)
const LAST = ['autoregister-completion', 'poststarthook/apiservice-openapi-controller', 'poststarthook/apiservice-openapiv3-controller']
const ALIVE = ['ping', 'log', 'loopback-serving-certificate', 'etcd', ...HOOKS, ...LAST]
const CHECKS: Readonly<Record<string, readonly string[]>> = {
  healthz: ALIVE,
  livez: ALIVE,
  readyz: ['ping', 'log', 'etcd', 'etcd-readiness', 'informer-sync', ...HOOKS, ...LAST, 'shutdown'],
}

/** All paths of health checks, for the server's list of paths. */
export const healthPaths: readonly string[] = Object.entries(CHECKS).flatMap(([name, checks]) => [
  `/${name}`,
  ...[...checks].sort().map((check) => `/${name}/${check}`),
])

/** Null for what is no health check. */
export function health(path: string, query: URLSearchParams): HttpResponse | null {
  const [, name = '', check] = /^\/([^/]+)(?:\/(.+))?$/.exec(path) ?? []
  const checks = Object.hasOwn(CHECKS, name) ? CHECKS[name]! : null
  if (!checks || (check !== undefined && !checks.includes(check))) return null
  if (check !== undefined || !query.has('verbose')) return plainText(200, 'ok')
  const excluded = new Set(query.getAll('exclude'))
  const lines = checks.map((c) => (excluded.has(c) ? `[+]${c} excluded: ok` : `[+]${c} ok`))
  const unknown = [...excluded].filter((e) => !checks.includes(e)).map((e) => `"${e}"`)
  const warning = unknown.length > 0 ? [`warn: some health checks cannot be excluded: no matches for ${unknown.join(',')}`] : []
  return plainText(200, [...lines, ...warning, `${name} check passed`, ''].join('\n'))
}
