// Rights as expressions of admission ask for them: `authorizer.group('apps').resource('deployments').check('get').allowed()`.
// Upstream: apiserver pkg/cel/library/authz.go

import type { CelValue, Implementation } from './expression'
import { CelDecision, CelRight } from './expression'
import { noOverload, textArgument } from './values'

type Form = CelRight['form']

const right = (value: CelValue | undefined, form: Form): CelRight =>
  value instanceof CelRight && value.form === form ? value : noOverload()
const decision = (value: CelValue | undefined): CelDecision => (value instanceof CelDecision ? value : noOverload())

/** What one more word makes of a right. */
const word =
  (
    from: Form,
    to: Form,
    field: 'path' | 'group' | 'resource' | 'subresource' | 'namespace' | 'name' | 'fieldSelector' | 'labelSelector',
  ): Implementation =>
  (value, text) => {
    const { about, ask } = right(value, from)
    return new CelRight(to, { ...about, [field]: textArgument(text) }, ask)
  }

const narrowed = (field: 'subresource' | 'namespace' | 'name' | 'fieldSelector' | 'labelSelector') =>
  word('ResourceCheck', 'ResourceCheck', field)

export const authorizerFunctions: Readonly<Record<string, Implementation>> = {
  path: word('Authorizer', 'PathCheck', 'path'),
  group: word('Authorizer', 'GroupCheck', 'group'),
  serviceAccount: (value, namespace, name) => {
    const { about, ask } = right(value, 'Authorizer')
    return new CelRight('Authorizer', { ...about, account: { namespace: textArgument(namespace), name: textArgument(name) } }, ask)
  },
  resource: word('GroupCheck', 'ResourceCheck', 'resource'),
  subresource: narrowed('subresource'),
  namespace: narrowed('namespace'),
  name: narrowed('name'),
  fieldSelector: narrowed('fieldSelector'),
  labelSelector: narrowed('labelSelector'),
  check: (value, verb) => {
    if (!(value instanceof CelRight) || (value.form !== 'PathCheck' && value.form !== 'ResourceCheck')) return noOverload()
    return value.ask(value.about, textArgument(verb))
  },
  allowed: (value) => decision(value).allowed,
  reason: (value) => decision(value).reason,
  // The authorizers of this model do not fail.
  errored: (value) => decision(value) && false,
  error: (value) => decision(value) && '',
}
