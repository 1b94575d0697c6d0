// CEL's URLs and its formats by name.
// Upstream: apiserver pkg/cel/library/{urls,format}.go

import { dns1035LabelErrors, dnsLabelErrors, dnsSubdomainErrors } from '../validation/names'
import { labelKeyErrors, labelValueErrors } from '../validation/labels'
import { own } from '../../base/json'
import { goQuote } from '../go/goQuote'
import { base64Problem } from '../serializer/base64Problem'
import { CelFormat, CelOptional, CelUrl, type CelValue, type Implementation } from './expression'
import { CelError, noOverload, textArgument as text } from './values'

const URL_FORM = /^([a-z][a-z0-9+.-]*):\/\/(?:[^/?#@]*@)?([^/?#\s]*)([^?#\s]*)(?:\?([^#\s]*))?$/i

function urlOf(value: CelValue | undefined): CelUrl | null {
  const whole = text(value).replace(/#.*$/, '')
  if (/^\/[^\s]*$/.test(whole)) {
    const [path = '', query = ''] = whole.split(/\?(.*)/, 2)
    return new CelUrl(text(value), '', '', path, query)
  }
  const [, scheme, host = '', path = '', query = ''] = URL_FORM.exec(whole) ?? []
  return scheme === undefined ? null : new CelUrl(text(value), scheme.toLowerCase(), host, path, query)
}

const url = (value: CelValue | undefined): CelUrl => (value instanceof CelUrl ? value : noOverload())

function parsed(value: CelValue | undefined): CelUrl {
  const found = urlOf(value)
  if (found) return found
  throw new CelError(`URL parse error during conversion from string: parse ${goQuote(text(value))}: ${problemOf(text(value))}`)
}

/** Leaves out: what is wrong with a host or an escape. Upstream: Go net/url (ParseRequestURI). */
function problemOf(url: string): string {
  if (/[\0-\x1f\x7f]/.test(url)) return 'net/url: invalid control character in URL'
  if (url === '') return 'empty url'
  return url.startsWith(':') ? 'missing protocol scheme' : 'invalid URI for request'
}

function queryOf({ query }: CelUrl): CelValue {
  const out: Record<string, string[]> = {}
  for (const [key, value] of new URLSearchParams(query)) out[key] = [...(own(out, key) ?? []), value]
  return out
}

const prefixed = (rule: (name: string) => string[]) => (name: string) => rule(name.endsWith('-') ? `${name.slice(0, -1)}a` : name)
const matching = (pattern: RegExp, says: string) => (value: string) => (pattern.test(value) ? [] : [says])

/** What is wrong with a text as each format says it. */
const FORMATS: Readonly<Record<string, (value: string) => readonly string[]>> = {
  dns1123Label: dnsLabelErrors,
  dns1123Subdomain: dnsSubdomainErrors,
  dns1035Label: dns1035LabelErrors,
  qualifiedName: labelKeyErrors,
  dns1123LabelPrefix: prefixed(dnsLabelErrors),
  dns1123SubdomainPrefix: prefixed(dnsSubdomainErrors),
  dns1035LabelPrefix: prefixed(dns1035LabelErrors),
  labelValue: labelValueErrors,
  uri: (value) => (urlOf(value) ? [] : ['invalid URI']),
  uuid: matching(/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i, 'does not match the UUID format'),
  byte: (value) => (base64Problem(value) === null ? [] : ['invalid base64']),
  date: matching(/^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])$/, 'invalid date'),
  datetime: matching(/^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d)$/, 'invalid datetime'),
}

function validated(format: CelValue | undefined, value: CelValue | undefined): CelValue {
  const rule = format instanceof CelFormat ? own(FORMATS, format.name) : undefined
  const errors = rule ? rule(text(value)) : noOverload()
  return new CelOptional(errors.length > 0 ? errors : undefined)
}

export const urlFunctions: Readonly<Record<string, Implementation>> = {
  isURL: (a) => urlOf(a) !== null,
  url: parsed,
  getScheme: (a) => url(a).scheme,
  getHost: (a) => url(a).host,
  getHostname: (a) =>
    url(a)
      .host.replace(/:\d*$/, '')
      .replace(/^\[|\]$/g, ''),
  getPort: (a) => /:(\d+)$/.exec(url(a).host)?.[1] ?? '',
  getEscapedPath: (a) => url(a).path,
  getQuery: (a) => queryOf(url(a)),
  ...Object.fromEntries(Object.keys(FORMATS).map((name): [string, Implementation] => [`format.${name}`, () => new CelFormat(name)])),
  'format.named': (name) => new CelOptional(Object.hasOwn(FORMATS, text(name)) ? new CelFormat(text(name)) : undefined),
  validate: validated,
}
