// What is said of how a custom resource comes from one version to another.
// Leaves out: certificates of conversion webhooks.
// Upstream: apiextensions-apiserver pkg/apis/apiextensions/validation/validation.go (validateCustomResourceConversion)

import { missing, NONE, notAllowed, Path, seenBefore, unsupported, wrong, type Errors } from '../../validation/rules'
import { clientErrors } from '../webhooks'
import { dns1035 } from './namesValidation'
import type { CustomResourceDefinition } from './types'

export function validateConversion(conversion: CustomResourceDefinition['spec']['conversion']): Errors {
  if (!conversion) return NONE
  const at = Path.root('spec').child('conversion')
  const { strategy = '', webhook } = conversion
  const known = strategy === 'None' || strategy === 'Webhook'
  const strategies =
    strategy === '' ? missing(at.child('strategy')) : known ? NONE : unsupported(at.child('strategy'), strategy, ['None', 'Webhook'])
  if (strategy !== 'Webhook') {
    const rest = 'should not be set when strategy is not set to Webhook'
    return [
      ...strategies,
      ...(webhook?.clientConfig ? notAllowed(at.child('webhookClientConfig'), rest) : NONE),
      ...(webhook?.conversionReviewVersions?.length ? notAllowed(at.child('conversionReviewVersions'), rest) : NONE),
    ]
  }
  const { clientConfig, conversionReviewVersions = [] } = webhook ?? {}
  const place = at.child('conversionReviewVersions')
  const again = seenBefore()
  return [
    ...(!clientConfig
      ? missing(at.child('webhookClientConfig'), 'required when strategy is set to Webhook')
      : clientErrors(clientConfig, at.child('webhookClientConfig'))),
    ...(conversionReviewVersions.length === 0
      ? missing(place)
      : [
          ...conversionReviewVersions.flatMap((v, i) =>
            again(v) ? wrong(place.index(i), v, 'duplicate version') : dns1035(v, place.index(i)),
          ),
          ...(conversionReviewVersions.some((v) => v === 'v1' || v === 'v1beta1')
            ? NONE
            : wrong(place, conversionReviewVersions, 'must include at least one of v1, v1beta1')),
        ]),
  ]
}
