// Kinds that are asked and answered, never stored: who am I, may I, is this token good.
// Upstream: kubernetes pkg/registry/{authorization,authentication}

import type { Kind } from '../../kind'
import { types } from '../types'

const review = (group: string, kind: string, namespaced = false): Kind => ({
  group,
  version: 'v1',
  kind,
  resource: `${kind.toLowerCase()}s`,
  singular: kind.toLowerCase(),
  namespaced,
  verbs: ['create'],
  schema: types.struct(kind),
})

const AUTHORIZATION = 'authorization.k8s.io'
const AUTHENTICATION = 'authentication.k8s.io'

export const reviews: readonly Kind[] = [
  review(AUTHENTICATION, 'SelfSubjectReview'),
  review(AUTHENTICATION, 'TokenReview'),
  review(AUTHORIZATION, 'LocalSubjectAccessReview', true),
  review(AUTHORIZATION, 'SelfSubjectAccessReview'),
  review(AUTHORIZATION, 'SelfSubjectRulesReview'),
  review(AUTHORIZATION, 'SubjectAccessReview'),
]
