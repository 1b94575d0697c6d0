// ValidatingWebhookConfiguration, admissionregistration.k8s.io/v1.
// Upstream: kubernetes pkg/registry/admissionregistration/validatingwebhookconfiguration

import type { Kind } from '../../kind'
import { types } from '../types'
import { ALL_VERBS } from '../verbs'
import { webhookKind } from '../webhooks'

export const validatingWebhookConfiguration: Kind = {
  group: 'admissionregistration.k8s.io',
  version: 'v1',
  kind: 'ValidatingWebhookConfiguration',
  resource: 'validatingwebhookconfigurations',
  singular: 'validatingwebhookconfiguration',
  categories: ['api-extensions'],
  namespaced: false,
  verbs: ALL_VERBS,
  storage: 'validatingwebhookconfigurations',
  schema: types.struct('ValidatingWebhookConfiguration'),
  anyFinalizer: true,
  allowUnconditionalUpdate: false,
  hasGeneration: true,
  ...webhookKind(false),
}
