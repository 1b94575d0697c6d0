// Names of signers: `example.com/signer-name`.
// Upstream: kubernetes pkg/apis/core/validation/validation.go (ValidateSignerName)

import { goQuote } from '../go/goQuote'
import { dnsLabelErrors, dnsSubdomainErrors } from './names'
import { missing, NONE, tooLong, wrong, type Errors, type Path } from './rules'

const LONGEST_DOMAIN = 253
const LONGEST = 571

export function validateSignerName(name: string, at: Path): Errors {
  if (name === '') return missing(at)
  const [domain = '', path = '', ...more] = name.split('/')
  if (more.length > 0 || !name.includes('/'))
    return wrong(at, name, "must be a fully qualified domain and path of the form 'example.com/signer-name'")
  const labels = domain.split('.')
  return [
    ...(domain.length > LONGEST_DOMAIN ? tooLong(at, LONGEST_DOMAIN) : NONE),
    ...firstBadLabel(labels, dnsLabelErrors, domain, at),
    ...(labels.length < 2 ? wrong(at, domain, 'should be a domain with at least two segments separated by dots') : NONE),
    ...firstBadLabel(path.split('.'), dnsSubdomainErrors, path, at),
    ...(name.length > LONGEST ? tooLong(at, LONGEST) : NONE),
  ]
}

function firstBadLabel(labels: readonly string[], rule: (label: string) => readonly string[], shown: string, at: Path): Errors {
  const bad = labels.find((label) => rule(label).length > 0)
  return bad === undefined ? NONE : rule(bad).flatMap((text) => wrong(at, shown, `validating label ${goQuote(bad)}: ${text}`))
}
