// The functions of CEL that Kubernetes offers, each form with the types that it takes and gives. A form of a method begins with its target.
// Leaves out: what v1.37 itself adds, which may be used only when v1.38 is out (includes).
// Upstream: github.com/google/cel-go common/stdlib/standard.go, ext, cel/library.go; apiserver pkg/cel/{environment/base.go,library}

import { splitTypes, typeNamed, type CelTypeOf } from './types'

export interface Overload {
  readonly method: boolean
  readonly takes: readonly CelTypeOf[]
  readonly gives: CelTypeOf
}

const COMPARABLE = ['int', 'uint', 'double', 'bool', 'duration', 'timestamp', 'string', 'bytes']
const NUMBERS = ['int', 'uint', 'double']

/** Of types by their names: `each('list(%)', …)`. */
const each = (name: string, types: readonly string[], form: string) => types.map((t) => `${name} ${form.replaceAll('%', t)}`)

const GETTERS = ['getFullYear', 'getMonth', 'getDayOfYear', 'getDayOfMonth', 'getDate', 'getDayOfWeek']
const CLOCK = ['getHours', 'getMinutes', 'getSeconds', 'getMilliseconds']

const FORMS: readonly string[] = [
  ...['_==_', '_!=_'].map((name) => `${name} (A, A) bool`),
  ...['_<_', '_<=_', '_>_', '_>=_'].flatMap((name) => [
    ...each(name, COMPARABLE, '(%, %) bool'),
    ...NUMBERS.flatMap((a) =>
      each(
        name,
        NUMBERS.filter((b) => b !== a),
        `(${a}, %) bool`,
      ),
    ),
  ]),
  ...each('_+_', [...NUMBERS, 'bytes', 'string', 'list(A)', 'duration'], '(%, %) %'),
  '_+_ (duration, timestamp) timestamp',
  '_+_ (timestamp, duration) timestamp',
  ...each('_-_', [...NUMBERS, 'duration'], '(%, %) %'),
  '_-_ (timestamp, duration) timestamp',
  '_-_ (timestamp, timestamp) duration',
  ...each('_*_', NUMBERS, '(%, %) %'),
  ...each('_/_', NUMBERS, '(%, %) %'),
  ...each('_%_', ['int', 'uint'], '(%, %) %'),
  ...each('-_', ['double', 'int'], '(%) %'),
  '!_ (bool) bool',
  '_?_:_ (bool, A, A) A',
  '_[_] (list(A), int) A',
  '_[_] (map(A, B), A) B',
  '_[_] (optional_type(list(A)), int) optional_type(A)',
  '_[_] (optional_type(map(A, B)), A) optional_type(B)',
  '_[?_] (list(A), int) optional_type(A)',
  '_[?_] (optional_type(list(A)), int) optional_type(A)',
  '_[?_] (map(A, B), A) optional_type(B)',
  '_[?_] (optional_type(map(A, B)), A) optional_type(B)',
  '@in (A, list(A)) bool',
  '@in (A, map(A, B)) bool',
  ...['bytes', 'list(A)', 'map(A, B)', 'string'].flatMap((t) => [`size (${t}) int`, `size .(${t}) int`]),
  'type (A) type(A)',
  'dyn (A) dyn',
  ...each('bool', ['bool', 'string'], '(%) bool'),
  ...each('bytes', ['bytes', 'string'], '(%) bytes'),
  ...each('double', ['double', 'int', 'string', 'uint'], '(%) double'),
  ...each('duration', ['duration', 'string'], '(%) duration'),
  ...each('int', ['int', 'double', 'duration', 'string', 'timestamp', 'uint'], '(%) int'),
  ...each('string', ['string', 'bool', 'bytes', 'double', 'duration', 'int', 'timestamp', 'uint'], '(%) string'),
  ...each('timestamp', ['timestamp', 'int', 'string'], '(%) timestamp'),
  ...each('uint', ['uint', 'double', 'int', 'string'], '(%) uint'),
  ...['contains', 'endsWith', 'startsWith', 'matches'].map((name) => `${name} .(string, string) bool`),
  'matches (string, string) bool',
  ...[...GETTERS, ...CLOCK].flatMap((name) => [`${name} .(timestamp) int`, `${name} .(timestamp, string) int`]),
  ...CLOCK.map((name) => `${name} .(duration) int`),
  // Optional values
  'optional.of (A) optional_type(A)',
  'optional.ofNonZeroValue (A) optional_type(A)',
  'optional.none () optional_type(A)',
  'value .(optional_type(A)) A',
  'hasValue .(optional_type(A)) bool',
  'or .(optional_type(A), optional_type(A)) optional_type(A)',
  'orValue .(optional_type(A), A) A',
  'optional.unwrap (list(optional_type(A))) list(A)',
  'unwrapOpt .(list(optional_type(A))) list(A)',
  ...each('first', ['list(A)'], '.(%) optional_type(A)'),
  ...each('last', ['list(A)'], '.(%) optional_type(A)'),
  // Strings
  'charAt .(string, int) string',
  ...['indexOf', 'lastIndexOf'].flatMap((name) => [
    `${name} .(string, string) int`,
    `${name} .(string, string, int) int`,
    `${name} .(list(A), A) int`,
  ]),
  ...['lowerAscii', 'upperAscii', 'trim'].map((name) => `${name} .(string) string`),
  'replace .(string, string, string) string',
  'replace .(string, string, string, int) string',
  'split .(string, string) list(string)',
  'split .(string, string, int) list(string)',
  'substring .(string, int) string',
  'substring .(string, int, int) string',
  'format .(string, list(dyn)) string',
  'strings.quote (string) string',
  'join .(list(string)) string',
  'join .(list(string), string) string',
  'find .(string, string) string',
  'findAll .(string, string) list(string)',
  'findAll .(string, string, int) list(string)',
  // Lists and sets
  ...each('isSorted', COMPARABLE, '.(list(%)) bool'),
  ...each('sum', [...NUMBERS, 'duration'], '.(list(%)) %'),
  ...each('max', COMPARABLE, '.(list(%)) %'),
  ...each('min', COMPARABLE, '.(list(%)) %'),
  ...each('sort', COMPARABLE, '.(list(%)) list(%)'),
  'slice .(list(A), int, int) list(A)',
  'flatten .(list(list(A))) list(A)',
  'flatten .(list(dyn), int) list(dyn)',
  'reverse .(list(A)) list(A)',
  'distinct .(list(A)) list(A)',
  'lists.range (int) list(int)',
  ...['contains', 'equivalent', 'intersects'].map((name) => `sets.${name} (list(A), list(A)) bool`),
  // Quantities and versions
  'quantity (string) kubernetes.Quantity',
  'isQuantity (string) bool',
  'semver (string) kubernetes.Semver',
  'semver (string, bool) kubernetes.Semver',
  'isSemver (string) bool',
  'isSemver (string, bool) bool',
  ...['Quantity', 'Semver'].flatMap((t) => [
    ...['isGreaterThan', 'isLessThan'].map((name) => `${name} .(kubernetes.${t}, kubernetes.${t}) bool`),
    `compareTo .(kubernetes.${t}, kubernetes.${t}) int`,
  ]),
  ...['major', 'minor', 'patch'].map((name) => `${name} .(kubernetes.Semver) int`),
  'sign (kubernetes.Quantity) int',
  'asApproximateFloat .(kubernetes.Quantity) double',
  'asInteger .(kubernetes.Quantity) int',
  'isInteger .(kubernetes.Quantity) bool',
  ...['add', 'sub'].flatMap((name) => [
    `${name} .(kubernetes.Quantity, kubernetes.Quantity) kubernetes.Quantity`,
    `${name} .(kubernetes.Quantity, int) kubernetes.Quantity`,
  ]),
  // URLs, addresses, named formats
  'url (string) kubernetes.URL',
  'isURL (string) bool',
  ...['getScheme', 'getHost', 'getHostname', 'getPort', 'getEscapedPath'].map((name) => `${name} .(kubernetes.URL) string`),
  'getQuery .(kubernetes.URL) map(string, list(string))',
  'ip (string) net.IP',
  'ip .(net.CIDR) net.IP',
  'ip.isCanonical (string) bool',
  'isIP (string) bool',
  'string (net.IP) string',
  'family .(net.IP) int',
  ...['isUnspecified', 'isLoopback', 'isLinkLocalMulticast', 'isLinkLocalUnicast', 'isGlobalUnicast'].map(
    (name) => `${name} .(net.IP) bool`,
  ),
  'cidr (string) net.CIDR',
  'isCIDR (string) bool',
  'string (net.CIDR) string',
  'containsIP .(net.CIDR, string) bool',
  'containsIP .(net.CIDR, net.IP) bool',
  'containsCIDR .(net.CIDR, string) bool',
  'containsCIDR .(net.CIDR, net.CIDR) bool',
  'prefixLength .(net.CIDR) int',
  'masked .(net.CIDR) net.CIDR',
  ...[
    ...['dns1123Label', 'dns1123Subdomain', 'dns1035Label'].flatMap((name) => [name, `${name}Prefix`]),
    ...['qualifiedName', 'labelValue', 'uri', 'uuid', 'byte', 'date', 'datetime'],
  ].map((name) => `format.${name} () kubernetes.NamedFormat`),
  'format.named (string) optional_type(kubernetes.NamedFormat)',
  'validate .(kubernetes.NamedFormat, string) optional_type(list(string))',
  // Rights
  'path .(kubernetes.authorization.Authorizer, string) kubernetes.authorization.PathCheck',
  'group .(kubernetes.authorization.Authorizer, string) kubernetes.authorization.GroupCheck',
  'serviceAccount .(kubernetes.authorization.Authorizer, string, string) kubernetes.authorization.Authorizer',
  'resource .(kubernetes.authorization.GroupCheck, string) kubernetes.authorization.ResourceCheck',
  ...['subresource', 'namespace', 'name', 'fieldSelector', 'labelSelector'].map(
    (name) => `${name} .(kubernetes.authorization.ResourceCheck, string) kubernetes.authorization.ResourceCheck`,
  ),
  ...['PathCheck', 'ResourceCheck'].map((t) => `check .(kubernetes.authorization.${t}, string) kubernetes.authorization.Decision`),
  ...['errored', 'allowed'].map((name) => `${name} .(kubernetes.authorization.Decision) bool`),
  ...['error', 'reason'].map((name) => `${name} .(kubernetes.authorization.Decision) string`),
  'jsonpatch.escapeKey (string) string',
]

const declared = new Map<string, Overload[]>()

/** The forms of a function; undefined for what is none. */
export function overloadsOf(name: string): readonly Overload[] | undefined {
  if (declared.size === 0)
    for (const form of FORMS) {
      const [, of, dot, takes, gives] = /^(\S+) (\.?)\((.*)\) (\S+(?: \S+)*)$/.exec(form) as unknown as [
        string,
        string,
        string,
        string,
        string,
      ]
      const overload = { method: dot !== '', takes: splitTypes(takes).map(typeNamed), gives: typeNamed(gives) }
      declared.set(of, [...(declared.get(of) ?? []), overload])
    }
  return declared.get(name)
}
