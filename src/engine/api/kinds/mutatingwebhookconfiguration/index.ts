// MutatingWebhookConfiguration, admissionregistration.k8s.io/v1.
// Upstream: kubernetes pkg/registry/admissionregistration/mutatingwebhookconfiguration

import type { Kind } from '../../kind'
import { types } from '../types'
import { ALL_VERBS } from '../verbs'
import { webhookKind } from '../webhooks'

export const mutatingWebhookConfiguration: Kind = {
  group: 'admissionregistration.k8s.io',
  version: 'v1',
  kind: 'MutatingWebhookConfiguration',
  resource: 'mutatingwebhookconfigurations',
  singular: 'mutatingwebhookconfiguration',
  categories: ['api-extensions'],
  namespaced: false,
  verbs: ALL_VERBS,
  storage: 'mutatingwebhookconfigurations',
  schema: types.struct('MutatingWebhookConfiguration'),
  anyFinalizer: true,
  allowUnconditionalUpdate: false,
  hasGeneration: true,
  ...webhookKind(true),
}
