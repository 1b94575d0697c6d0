// kubectl create ingress: rules as `host/path=service:port[,tls[=secret]]`.
// Upstream: kubectl pkg/cmd/create/create_ingress.go

import type { JsonObject } from '../../engine/index'
import { metadataOf, pairOf, wrong, type Generator } from './generator'

const RULE = /^[\w*.-]*\/.*=[\w-]+:[\w-]+(?:,tls=?(?:[\w-]+)?)?/

export const ingress: Generator = {
  aliases: ['ing'],
  flags: {
    class: { type: 'string' },
    rule: { type: 'array' },
    'default-backend': { type: 'string' },
    annotation: { type: 'array' },
  },
  failing: 'failed to create ingress: ',
  *make(session, name) {
    const { flags } = session
    const rules = flags.list('rule')
    const fallback = flags.text('default-backend')
    if (!fallback && rules.length === 0)
      throw wrong(
        'not enough information provided: every ingress has to either specify a default-backend (which catches all traffic) or a list of rules (which catch specific paths)',
      )
    for (const rule of rules)
      if (!RULE.test(rule)) throw wrong(`rule ${rule} is invalid and should be in format host/path=svcname:svcport[,tls[=secret]]`)
    for (const annotation of flags.list('annotation'))
      if (!annotation.includes('=')) throw wrong(`annotation ${annotation} is invalid and should be in format key=[value]`)
    if (fallback && fallback.split(':').length !== 2) throw wrong('default-backend should be in format servicename:serviceport')
    const annotations = Object.fromEntries(flags.list('annotation').map(pairOf))
    const tls = tlsOf(rules)
    return {
      kind: 'Ingress',
      apiVersion: 'networking.k8s.io/v1',
      metadata: metadataOf(session, name, Object.keys(annotations).length > 0 ? { annotations } : {}),
      spec: {
        ...(flags.text('class') ? { ingressClassName: flags.text('class') } : {}),
        ...(fallback ? { defaultBackend: backendOf(fallback) } : {}),
        ...(rules.length > 0 ? { rules: rulesOf(rules) } : {}),
        ...(tls.length > 0 ? { tls } : {}),
      },
      status: { loadBalancer: {} },
    }
  },
}

const hostOf = (rule: string) => rule.slice(0, rule.indexOf('/'))

/** The paths of a host stand together, in the order given. */
function rulesOf(rules: readonly string[]): readonly JsonObject[] {
  const byHost = new Map<string, JsonObject[]>()
  for (const rule of rules) {
    const host = hostOf(rule)
    const [path, service] = pairOf(rule.split(',')[0]!.slice(host.length))
    const prefix = path.endsWith('*')
    const entry = { path: prefix ? path.slice(0, -1) : path, pathType: prefix ? 'Prefix' : 'Exact', backend: backendOf(service) }
    byHost.set(host, [...(byHost.get(host) ?? []), entry])
  }
  return [...byHost].map(([host, paths]) => ({ ...(host ? { host } : {}), http: { paths } }))
}

/** A host once; hosts of one Secret together. */
function tlsOf(rules: readonly string[]): readonly JsonObject[] {
  const bySecret = new Map<string, string[]>()
  const seen = new Set<string>()
  for (const rule of rules) {
    const tls = rule.split(',')[1]
    const host = hostOf(rule)
    if (tls === undefined || seen.has(host)) continue
    seen.add(host)
    const [, secret] = pairOf(tls)
    bySecret.set(secret, [...(bySecret.get(secret) ?? []), ...(host ? [host] : [])])
  }
  return [...bySecret]
    .filter(([secretName, hosts]) => secretName !== '' || hosts.length > 0)
    .map(([secretName, hosts]) => ({ ...(hosts.length > 0 ? { hosts } : {}), ...(secretName ? { secretName } : {}) }))
}

function backendOf(text: string): JsonObject {
  const [name = '', port = ''] = text.split(':')
  return { service: { name, port: /^\d+$/.test(port) ? { number: Number(port) } : { name: port } } }
}
