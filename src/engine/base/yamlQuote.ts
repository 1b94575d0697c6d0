// A text between double quotes as YAML's emitter writes it, for texts that hold what is not printed. Of what lies beyond the first plane the
// emitter prints nothing.
// Upstream: go.yaml.in/yaml/v2 emitterc.go (yaml_emitter_write_double_quoted), yamlprivateh.go (is_printable)

const ESCAPES: Readonly<Record<string, string>> = {
  '\0': '\\0',
  '\u0007': '\\a',
  '\b': '\\b',
  '\t': '\\t',
  '\n': '\\n',
  '\v': '\\v',
  '\f': '\\f',
  '\r': '\\r',
  '\u001b': '\\e',
  '\u0085': '\\N',
  '"': '\\"',
  '\\': '\\\\',
}

// eslint's no-control-regex does not see code points given as text.
const HIDDEN = '\\u0000-\\u0008\\u000b-\\u001f\\u007f-\\u009f\\ufeff\\ufffe\\uffff\\ud800-\\udfff'
const UNPRINTED = new RegExp(`[${HIDDEN}]`)
const ESCAPED = new RegExp(`["\\\\\\t\\n${HIDDEN}\\u{10000}-\\u{10ffff}]`, 'gu')

/** Whether a text cannot be written but between double quotes. */
export const isUnprinted = (text: string): boolean => UNPRINTED.test(text)

/**
 * Characters that no YAML text may hold as they are. An answer is made of its JSON, read as YAML: what JSON does not escape cannot be written.
 * Upstream: go.yaml.in/yaml/v2 readerc.go (yaml_parser_update_buffer), sigs.k8s.io/yaml yaml.go (JSONToYAML)
 */
const NOT_YAML = '\\u007f-\\u0084\\u0086-\\u009f\\ufffe\\uffff'
const UNWRITABLE = new RegExp(`[${NOT_YAML}]`)
const UNREADABLE = new RegExp(`[\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f${NOT_YAML}]`)
export const NO_CONTROL_CHARACTERS = 'yaml: control characters are not allowed'

export const isUnwritable = (text: string): boolean => UNWRITABLE.test(text)
export const isUnreadable = (text: string): boolean => UNREADABLE.test(text)

export const yamlQuote = (text: string): string => `"${text.replace(ESCAPED, (c) => ESCAPES[c] ?? escaped(c.codePointAt(0)!))}"`

function escaped(code: number): string {
  const digits = code.toString(16).toUpperCase()
  if (code <= 0xff) return `\\x${digits.padStart(2, '0')}`
  return code <= 0xffff ? `\\u${digits.padStart(4, '0')}` : `\\U${digits.padStart(8, '0')}`
}
