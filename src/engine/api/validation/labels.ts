// What a label key and a label value may look like.
// Upstream: apimachinery pkg/util/validation/validation.go

import { dnsSubdomainErrors, regexError } from './names'

const QUALIFIED_NAME = '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]'
const LABEL_VALUE = '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?'
const QUALIFIED_NAME_TEXT =
  "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character"
const LABEL_VALUE_TEXT =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character"
const qualifiedName = new RegExp(`^${QUALIFIED_NAME}$`)
const labelValue = new RegExp(`^${LABEL_VALUE}$`)

/** A qualified name: `app`, `kubernetes.io/hostname`. */
export function labelKeyErrors(key: string): string[] {
  const parts = key.split('/')
  const out: string[] = []
  let name = key
  if (parts.length === 2) {
    const [prefix = ''] = parts
    name = parts[1]!
    if (prefix === '') out.push('prefix part must be non-empty')
    else
      out.push(...dnsSubdomainErrors(prefix).map((e) => `prefix part ${e.replace(/^(must be no more than \d+) characters$/, '$1 bytes')}`))
  } else if (parts.length > 2) {
    return [
      `a valid label key ${regexError(QUALIFIED_NAME_TEXT, QUALIFIED_NAME, ['MyName', 'my.name', '123-abc'])} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`,
    ]
  }
  if (name === '') out.push('name part must be non-empty')
  else if (name.length > 63) out.push('name part must be no more than 63 bytes')
  if (!qualifiedName.test(name)) out.push(`name part ${regexError(QUALIFIED_NAME_TEXT, QUALIFIED_NAME, ['MyName', 'my.name', '123-abc'])}`)
  return out
}

export function labelValueErrors(value: string): string[] {
  const out: string[] = []
  if (value.length > 63) out.push('must be no more than 63 bytes')
  if (!labelValue.test(value)) out.push(regexError(LABEL_VALUE_TEXT, LABEL_VALUE, ['MyValue', 'my_value', '12345']))
  return out
}
