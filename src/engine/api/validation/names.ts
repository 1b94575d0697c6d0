// What the name of an object may look like; each rule gives the texts of what is wrong.
// Upstream: apimachinery pkg/util/validation/validation.go, pkg/api/validation/path/name.go

import type { NameRule } from '../kind'
import { validateCanonicalIp } from './addresses'
import { Path } from './rules'

const LABEL = '[a-z0-9]([-a-z0-9]*[a-z0-9])?'
const SUBDOMAIN = `${LABEL}(\\.${LABEL})*`
const LABEL_1035 = '[a-z]([-a-z0-9]*[a-z0-9])?'
const label = new RegExp(`^${LABEL}$`)
const subdomain = new RegExp(`^${SUBDOMAIN}$`)
const label1035 = new RegExp(`^${LABEL_1035}$`)

const SUBDOMAIN_TEXT =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character"
const LABEL_TEXT =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character"
const LABEL_1035_TEXT =
  "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character"

export const maxLength = (n: number) => `must be no more than ${n} characters`

/** `… (e.g. 'a', or 'b', regex used for validation is '…')`; with several examples upstream prints a double space. */
export function regexError(text: string, regex: string, examples: readonly string[]): string {
  const shown = examples.map((e, i) => (i === 0 ? `'${e}', ` : ` or '${e}', `)).join('')
  return `${text} (e.g. ${shown}regex used for validation is '${regex}')`
}

export function dnsSubdomainErrors(name: string): string[] {
  return check(name, 253, subdomain, regexError(SUBDOMAIN_TEXT, SUBDOMAIN, ['example.com']))
}

/** As declared rules put it of names that may have capital letters. */
export function dnsSubdomainCaselessErrors(name: string): string[] {
  const text =
    "an RFC 1123 subdomain must consist of alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character"
  return check(name.toLowerCase(), 253, subdomain, regexError(text, SUBDOMAIN, ['Example.com']))
}

const LABEL_UNDERSCORE = '_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?'
const SUBDOMAIN_UNDERSCORE = `${LABEL_UNDERSCORE}(\\.${LABEL_UNDERSCORE})*`
const subdomainUnderscore = new RegExp(`^${SUBDOMAIN_UNDERSCORE}$`)

/** As names are looked up in DNS: `_tcp.example.com`. */
export function dnsSubdomainWithUnderscoreErrors(name: string): string[] {
  const text =
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '_', '-' or '.', and must start and end with an alphanumeric character"
  return check(name, 253, subdomainUnderscore, regexError(text, SUBDOMAIN_UNDERSCORE, ['example.com']))
}

export function dnsLabelErrors(name: string): string[] {
  // A subdomain that is no label has dots, or is too long.
  const text = subdomain.test(name) ? 'must not contain dots' : regexError(LABEL_TEXT, LABEL, ['my-name', '123-abc'])
  return check(name, 63, label, text)
}

const WILDCARD = `\\*\\.${SUBDOMAIN}`
const wildcard = new RegExp(`^${WILDCARD}$`)

/** `*.example.com` */
export function wildcardErrors(name: string): string[] {
  const text =
    "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character"
  return check(name, 253, wildcard, regexError(text, WILDCARD, ['*.example.com']))
}

/** `example.com/ingress`: a domain and a path. */
export function domainPathErrors(text: string): string[] {
  const [domain = '', ...path] = text.split('/')
  if (path.length === 0) return ['must be a domain-prefixed path (such as "acme.io/foo")']
  const bad = dnsSubdomainErrors(domain)
  if (bad.length > 0) return bad
  const fine = /^[A-Za-z0-9/\-._~%!$&'()*+,;=:]+$/.test(path.join('/'))
  return fine ? [] : ["Invalid path (e.g. 'foo', regex used for validation is '[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+')"]
}

export function dns1035LabelErrors(name: string): string[] {
  return check(name, 63, label1035, regexError(LABEL_1035_TEXT, LABEL_1035, ['my-name', 'abc-123']))
}

export function pathSegmentErrors(name: string): string[] {
  if (name === '.' || name === '..') return [`may not be '${name}'`]
  return ['/', '%'].filter((c) => name.includes(c)).map((c) => `may not contain '${c}'`)
}

const RULES: Readonly<Record<NameRule, (name: string) => string[]>> = {
  dnsSubdomain: dnsSubdomainErrors,
  dnsLabel: dnsLabelErrors,
  dns1035Label: dns1035LabelErrors,
  pathSegment: pathSegmentErrors,
  ip: (name) => validateCanonicalIp(name, Path.root()).map(({ detail }) => detail),
}

/** A generateName is checked as the name that it may become: its trailing dash is masked. */
export function nameErrors(rule: NameRule, name: string, isPrefix = false): string[] {
  return RULES[rule](isPrefix && name.endsWith('-') ? `${name.slice(0, -1)}a` : name)
}

function check(name: string, max: number, pattern: RegExp, text: string): string[] {
  return [...(name.length > max ? [maxLength(max)] : []), ...(pattern.test(name) ? [] : [text])]
}

const PORT_NAME = /^(?=.*[a-z])[a-z0-9]([a-z0-9-]*[a-z0-9])?$/

/** Of a container's port, also as a Service, Ingress or policy names it. */
export function portNameErrors(name: string): string[] {
  return [
    ...(name.length > 15 ? ['must be no more than 15 characters'] : []),
    ...(/^[-a-z0-9]+$/.test(name) ? [] : ['must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)']),
    ...(/[a-z]/.test(name) ? [] : ['must contain at least one letter (a-z)']),
    ...(name.includes('--') ? ['must not contain consecutive hyphens'] : []),
    ...(PORT_NAME.test(name) || !/^-|-$/.test(name) ? [] : ['must not begin or end with a hyphen']),
  ]
}
