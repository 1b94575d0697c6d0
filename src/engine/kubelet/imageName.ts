// The name of an image as a container gives it: which registry it means, and why it is none at all.
// Upstream: kubernetes pkg/util/parsers/parsers.go (ParseImageName), github.com/distribution/reference v0.6.0 normalize.go, reference.go,
// regexp.go, github.com/opencontainers/go-digest digest.go

import { goQuote } from '../api/go/goQuote'

const DEFAULT_DOMAIN = 'docker.io'
const LONGEST = 255

const component = '(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])'
const domain = String.raw`(?:${component}(?:\.${component})*|\[[a-fA-F0-9:]+\])(?::[0-9]+)?`
const element = '[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*'
const path = `${element}(?:/${element})*`
const tag = String.raw`[\w][\w.-]{0,127}`
const digest = '[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9A-Fa-f]{32,}'
/** Upstream has a name with an optional domain; a normalized one always has it. Captures path and digest. */
const REFERENCE = new RegExp(`^${domain}/(${path})(?::${tag})?(?:@(${digest}))?$`)

const IDENTIFIER = /^[a-f0-9]{64}$/
/** Hex digits of each algorithm that is known. */
const DIGITS: Readonly<Record<string, number>> = { sha256: 64, sha384: 96, sha512: 128 }

/** Why no image can be of that name, as the kubelet says it; null where one can. */
export function imageNameProblem(image: string): string | null {
  const why = IDENTIFIER.test(image)
    ? `invalid repository name (${image}), cannot specify 64-byte hexadecimal strings`
    : referenceProblem(splitDomain(image))
  return why && `couldn't parse image name ${goQuote(image)}: ${why}`
}

/** The registry, and the rest of the name. What comes before the first slash is a registry if it looks like one, or has capitals. */
export function splitDomain(image: string): { readonly domain: string; readonly rest: string } {
  const slash = image.indexOf('/')
  const first = image.slice(0, Math.max(slash, 0))
  const isDomain = first === 'localhost' || /[.:]/.test(first) || first.toLowerCase() !== first
  const rest = isDomain ? image.slice(slash + 1) : image
  const domain = isDomain && first !== 'index.docker.io' ? first : DEFAULT_DOMAIN
  return { domain, rest: domain === DEFAULT_DOMAIN && !rest.includes('/') ? `library/${rest}` : rest }
}

function referenceProblem({ domain, rest }: ReturnType<typeof splitDomain>): string | null {
  const [name = ''] = rest.split(':', 1)
  if (name.toLowerCase() !== name) return `invalid reference format: repository name (${name}) must be lowercase`
  const whole = `${domain}/${rest}`
  const parts = REFERENCE.exec(whole)
  if (!parts) return REFERENCE.test(whole.toLowerCase()) ? 'repository name must be lowercase' : 'invalid reference format'
  const [, path = '', digest] = parts
  if (path.length > LONGEST) return `repository name must not be more than ${LONGEST} characters`
  return digest === undefined ? null : digestProblem(digest)
}

function digestProblem(digest: string): string | null {
  const [algorithm = '', encoded = ''] = digest.split(':')
  const digits = Object.hasOwn(DIGITS, algorithm) ? DIGITS[algorithm] : undefined
  if (digits === undefined)
    return /^[a-z0-9]+(?:[.+_-][a-z0-9]+)*$/.test(algorithm) ? 'unsupported digest algorithm' : 'invalid checksum digest format'
  if (encoded.length !== digits) return 'invalid checksum digest length'
  return /^[a-f0-9]+$/.test(encoded) ? null : 'invalid checksum digest format'
}
