// What an Ingress must be: hosts, paths and the backends that they lead to.
// Upstream: kubernetes pkg/apis/networking/validation/validation.go

import { specOf, type ApiObject, type JsonObject } from '../../object'
import { isIp } from '../../net/ipAddress'
import { validateIp } from '../../validation/addresses'
import { dnsLabelErrors, dnsSubdomainErrors, pathSegmentErrors, portNameErrors, wildcardErrors } from '../../validation/names'
import { each, missing, named, NONE, Path, portNumber, unsupported, wrong, type Errors } from '../../validation/rules'

interface Backend extends JsonObject {
  readonly service?: { readonly name?: string; readonly port?: { readonly name?: string; readonly number?: number } }
  readonly resource?: JsonObject
}

interface IngressPath extends JsonObject {
  readonly path?: string
  readonly pathType?: string
  readonly backend?: Backend
}

interface Rule extends JsonObject {
  readonly host?: string
  readonly http?: { readonly paths?: readonly IngressPath[] }
}

export interface Spec extends JsonObject {
  readonly ingressClassName?: string
  readonly defaultBackend?: Backend
  readonly tls?: readonly { readonly hosts?: readonly string[]; readonly secretName?: string }[]
  readonly rules?: readonly Rule[]
}

const PATH_TYPES = ['Exact', 'ImplementationSpecific', 'Prefix']
const AT = Path.root('spec')

/** What a path may not hold: it would be no clean path of a URL. */
const DIRTY = ['//', '/./', '/../', '%2f', '%2F']

const DIRTY_ENDS = ['/..', '/.']

export function validateIngress(object: ApiObject): Errors {
  const { rules = [], defaultBackend, tls = [], ingressClassName } = specOf<Spec>(object)
  return [
    ...(rules.length === 0 && !defaultBackend ? wrong(AT, null, 'either `defaultBackend` or `rules` must be specified') : NONE),
    ...(defaultBackend ? validateBackend(defaultBackend, AT.child('defaultBackend')) : NONE),
    ...each(rules, AT.child('rules'), validateRule),
    ...each(tls, AT.child('tls'), ({ hosts = [], secretName }, at) => [
      ...hosts.flatMap((host, i) => validateHost(host, at.child('hosts').index(i))),
      ...(secretName ? named(secretName, at.child('secretName'), dnsSubdomainErrors) : NONE),
    ]),
    ...(ingressClassName !== undefined ? named(ingressClassName, AT.child('ingressClassName'), dnsSubdomainErrors) : NONE),
  ]
}

function validateHost(host: string, at: Path): Errors {
  return host.includes('*') ? named(host, at, wildcardErrors) : named(host, at, dnsSubdomainErrors)
}

function validateRule({ host = '', http }: Rule, at: Path): Errors {
  const place = at.child('http', 'paths')
  return [
    ...(host === ''
      ? NONE
      : [
          ...(isIp(host) ? wrong(at.child('host'), host, 'must be a DNS name, not an IP address') : NONE),
          ...validateHost(host, at.child('host')),
        ]),
    ...(http ? (http.paths?.length ? each(http.paths, place, validatePath) : missing(place)) : NONE),
  ]
}

function validatePath({ path = '', pathType, backend = {} }: IngressPath, at: Path): Errors {
  return [
    ...(pathType === undefined || pathType === ''
      ? missing(at.child('pathType'), 'pathType must be specified')
      : pathType === 'ImplementationSpecific'
        ? path !== '' && !path.startsWith('/')
          ? wrong(at.child('path'), path, 'must be an absolute path')
          : NONE
        : PATH_TYPES.includes(pathType)
          ? cleanPath(path, at.child('path'))
          : unsupported(at.child('pathType'), pathType, PATH_TYPES)),
    ...validateBackend(backend, at.child('backend')),
  ]
}

function cleanPath(path: string, at: Path): Errors {
  return [
    ...(path.startsWith('/') ? NONE : wrong(at, path, 'must be an absolute path')),
    ...(path.length > 0 ? DIRTY : []).flatMap((part) => (path.includes(part) ? wrong(at, path, `must not contain '${part}'`) : NONE)),
    ...(path.length > 0 ? DIRTY_ENDS : []).flatMap((end) => (path.endsWith(end) ? wrong(at, path, `cannot end with '${end}'`) : NONE)),
  ]
}

function validateBackend({ service, resource }: Backend, at: Path): Errors {
  if (service && resource) return wrong(at, '', 'cannot set both resource and service backends')
  if (resource) return validateResource(resource, at.child('resource'))
  if (!service) return wrong(at, '', 'resource or service backend is required')
  const name = at.child('service', 'name')
  const port = at.child('service', 'port')
  const { name: portName = '', number = 0 } = service.port ?? {}
  return [
    ...(service.name ? named(service.name, name, dnsLabelErrors) : missing(name)),
    ...(portName !== '' && number !== 0
      ? wrong(at, '', 'cannot set both port name & port number')
      : portName !== ''
        ? named(portName, port.child('name'), portNameErrors)
        : number !== 0
          ? portNumber(number, port.child('number'))
          : missing(at, 'port name or number is required')),
  ]
}

function validateResource({ apiGroup, kind, name }: JsonObject, at: Path): Errors {
  const segment = (value: unknown, place: Path) => (value ? named(value as string, place, pathSegmentErrors) : missing(place))
  return [
    ...(typeof apiGroup === 'string' ? named(apiGroup, at.child('apiGroup'), dnsSubdomainErrors) : NONE),
    ...segment(kind, at.child('kind')),
    ...segment(name, at.child('name')),
  ]
}

export function validateStatus(object: ApiObject): Errors {
  const { loadBalancer } = (object.status ?? {}) as { loadBalancer?: { ingress?: readonly { ip?: string; hostname?: string }[] } }
  return each(loadBalancer?.ingress, Path.root('status').child('loadBalancer', 'ingress'), ({ ip, hostname }, at) => [
    ...(ip ? validateIp(ip, at.child('ip')) : NONE),
    ...(hostname
      ? [
          ...named(hostname, at.child('hostname'), dnsSubdomainErrors),
          ...(isIp(hostname) ? wrong(at.child('hostname'), hostname, 'must be a DNS name, not an IP address') : NONE),
        ]
      : NONE),
  ])
}

export const CLASS = 'kubernetes.io/ingress.class'
export const classOf = ({ metadata }: ApiObject) => metadata.annotations?.[CLASS]

/** The class of old stood in an annotation. */
export function sameClass(object: ApiObject): Errors {
  const [old, name] = [classOf(object), specOf<Spec>(object).ingressClassName]
  return old === undefined || name === undefined || old === name
    ? NONE
    : wrong(Path.root('annotations').child(CLASS), old, 'must match `ingressClassName` when both are specified')
}
