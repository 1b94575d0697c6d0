import type { BindingWhy } from '../../engine/index'
import { fill } from '../../i18n/rich'
import type { InspectorMessages } from '../../i18n/messages/en/inspector'
import type { Authorization } from './remedy'
import { WhatWouldAllow, type WhatWouldAllowProps } from './WhatWouldAllow'

interface AuthorizationWhyProps {
  readonly why: Authorization
  readonly words: InspectorMessages
}

/** What each authorizer said, the bindings that name this user, and what would allow it. */
export function AuthorizationWhy({ why, words, ...trying }: WhatWouldAllowProps) {
  const near = why.bindings.filter((binding) => binding.matches.resource || binding.verbs.length > 0)
  const far = why.bindings.filter((binding) => !near.includes(binding))
  return (
    <>
      <p className="why-text">
        {why.authorizers.map((authorizer) => (
          <span key={authorizer.name}>
            <strong>{authorizer.name}</strong>: {authorizer.reason || (authorizer.decision === 'allow' ? words.allowed : words.noOpinion)}
            .{' '}
          </span>
        ))}
        {!why.allowed && words.nobodyAllows}
      </p>
      {near.map((binding) => (
        <Near key={nameOf(binding)} binding={binding} why={why} words={words} />
      ))}
      <ul className="why-rows">
        {far.map((binding) => (
          <li key={nameOf(binding)}>
            <span>{nameOf(binding)}</span>
            <span>{words.notAbout}</span>
          </li>
        ))}
        {why.notRead.map((binding) => (
          <li key={nameOf(binding)}>
            <span>{nameOf(binding)}</span>
            <span>{words.notRead}</span>
          </li>
        ))}
      </ul>
      {!why.allowed && <WhatWouldAllow why={why} words={words} {...trying} />}
    </>
  )
}

function Near({ binding, why, words }: AuthorizationWhyProps & { readonly binding: BindingWhy }) {
  const rows = [
    ...(why.namespace ? [[words.namespace, why.namespace, binding.matches.namespace] as const] : []),
    [words.resource, `${why.resource}, API group "${why.apiGroup}"`, binding.matches.resource] as const,
    [words.verb, why.verb, binding.matches.verb] as const,
    ...(why.name && !binding.matches.name ? [[words.name, why.name, false] as const] : []),
  ]
  return (
    <div className="why-card">
      <div className="why-card-head">
        <strong>
          {nameOf(binding)} → {binding.roleKind} {binding.roleName}
        </strong>
        <span className={why.allowed && rows.every(([, , ok]) => ok) ? 'good' : 'near'}>
          {rows.every(([, , ok]) => ok) ? words.allowed : words.nearMiss}
        </span>
      </div>
      <p className="quiet-text">{fill(words.allows, { verbs: binding.verbs.join(', '), resource: why.resource })}</p>
      <dl>
        {rows.map(([name, value, ok]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd className={ok ? undefined : 'bad'}>{value}</dd>
            <dd className={ok ? 'good' : 'bad'}>{ok ? <span aria-label={words.allowed}>✓</span> : `✗ ${words.notAllowed}`}</dd>
          </div>
        ))}
      </dl>
    </div>
  )
}

function nameOf({ kind, namespace, name }: BindingWhy): string {
  return `${kind} ${namespace ? `${namespace}/` : ''}${name}`
}
