// Why a request came out as it did: what a stage keeps of the things that it looked at, in a form that can be shown in any language.

import type { JsonObject } from './json'
import type { Revision } from './wire'

export type Why =
  | {
      readonly kind: 'authorization'
      readonly allowed: boolean
      readonly user: string
      readonly groups: readonly string[]
      readonly verb: string
      /** `pods`, `pods/binding`, or a path. */
      readonly resource: string
      readonly apiGroup: string
      readonly namespace: string
      readonly name: string
      readonly authorizers: readonly {
        readonly name: 'system:masters' | 'Node' | 'RBAC'
        readonly decision: 'allow' | 'noOpinion'
        readonly reason: string
      }[]
      /** Bindings whose subjects include this user and that the authorizer read. */
      readonly bindings: readonly BindingWhy[]
      /** RoleBindings of other namespaces that would have allowed it: never read. */
      readonly notRead: readonly BindingWhy[]
    }
  | { readonly kind: 'authentication'; readonly attempted: readonly Attempt[] }
  | { readonly kind: 'validation'; readonly errors: readonly FieldWhy[] }
  /** `facts`: what the plugin compared: one card for each budget, bound, check or expression. */
  | { readonly kind: 'admission'; readonly plugin: string; readonly message: string; readonly facts: readonly Facts[] }
  | {
      readonly kind: 'conflict'
      readonly key: string
      readonly sent: Revision | null
      readonly stored: JsonObject | null
      readonly storedRevision: Revision | null
    }
  | { readonly kind: 'notFound'; readonly key: string }
  /** Anything else: what it was about, and what was compared with what, in cards. */
  | { readonly kind: 'because'; readonly because: Because; readonly facts: readonly Facts[] }

/** What one authenticator made of what came with the request. */
export interface Attempt {
  readonly authenticator: 'x509' | 'token file' | 'service account token'
  readonly verdict: 'notSent' | 'unknown' | 'otherAudience' | 'refused'
  /** In the server's words; of `refused` alone. */
  readonly error?: string
}

export interface BindingWhy {
  readonly kind: 'RoleBinding' | 'ClusterRoleBinding'
  readonly namespace: string
  readonly name: string
  readonly roleKind: 'Role' | 'ClusterRole'
  readonly roleName: string
  /** `developers` of `Group developers`: which subject named this user. */
  readonly subject: string
  /** What its rules allow on this very resource, if anything. */
  readonly verbs: readonly string[]
  readonly matches: { readonly namespace: boolean; readonly resource: boolean; readonly verb: boolean; readonly name: boolean }
}

export interface FieldWhy {
  readonly field: string
  readonly type: string
  readonly detail: string
  readonly value?: string
  readonly allowed?: readonly string[]
}

/** What a refusal was about; each has a sentence in every language of the page. */
export type Because =
  // the path
  | 'noSuchPath'
  | 'noSuchGroup'
  | 'noSuchResource'
  | 'noSuchSubresource'
  | 'verbNotServed'
  | 'namespaceMissing'
  // headers and query
  | 'accept'
  | 'contentType'
  | 'view'
  | 'unwritable'
  | 'parameter'
  | 'selector'
  | 'fieldNotSelectable'
  | 'continueToken'
  | 'versionAhead'
  | 'versionExpired'
  | 'impersonatesNobody'
  // the body
  | 'tooLarge'
  | 'notJson'
  | 'notYaml'
  | 'notAnObject'
  | 'unknownKind'
  | 'otherKind'
  | 'wrongType'
  | 'strictFields'
  | 'nameMismatch'
  | 'namespaceMismatch'
  | 'versionMalformed'
  | 'versionOnCreate'
  | 'managedFieldsSent'
  | 'notOfSchema'
  | 'applyConflict'
  | 'patchOperation'
  | 'patchForm'
  // rights
  | 'escalation'
  | 'bindsUnknownRole'
  // what is there
  | 'precondition'
  | 'podState'
  | 'budget'
  | 'manyBudgets'
  | 'nothingFree'
  | 'container'
  | 'nodeUnknown'
  | 'connection'
  | 'scaleHidden'
  | 'boundObject'
  | 'undeletable'
  // other parts
  | 'etcd'
  | 'cacheBehind'
  | 'kubelet'
  | 'notModelled'
  | 'panic'

/** What a card says: each has a word in every language. Values are technical, and the same in all of them. */
export type FactName =
  | 'path'
  | 'method'
  | 'group'
  | 'version'
  | 'resource'
  | 'subresource'
  | 'served'
  | 'header'
  | 'sent'
  | 'supported'
  | 'parameter'
  | 'place'
  | 'near'
  | 'problem'
  | 'size'
  | 'limit'
  | 'kind'
  | 'apiVersion'
  | 'field'
  | 'expected'
  | 'found'
  | 'inBody'
  | 'inPath'
  | 'manager'
  | 'operation'
  | 'missing'
  | 'held'
  | 'role'
  | 'wouldDo'
  | 'key'
  | 'stored'
  | 'storedVersion'
  | 'current'
  | 'pod'
  | 'node'
  | 'container'
  | 'budget'
  | 'healthy'
  | 'desired'
  | 'disruptions'
  | 'selector'
  | 'object'
  | 'quota'
  | 'used'
  | 'requested'
  | 'hard'
  | 'limitRange'
  | 'limitType'
  | 'level'
  | 'label'
  | 'check'
  | 'policy'
  | 'binding'
  | 'expression'
  | 'webhook'
  | 'configuration'
  | 'answered'
  | 'failurePolicy'
  | 'signer'
  | 'error'

export type Facts = Readonly<Partial<Record<FactName, string>>>
