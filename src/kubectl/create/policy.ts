// kubectl create quota, poddisruptionbudget and priorityclass.
// Upstream: kubectl pkg/cmd/create/create_{quota,pdb,priorityclass}.go

import { parseQuantity } from '../../engine/index'
import { metadataOf, pairOf, wrong, type Generator } from './generator'

export const quota: Generator = {
  aliases: ['resourcequota'],
  flags: { hard: { type: 'string' }, scopes: { type: 'string' } },
  failing: 'failed to create quota: ',
  *make(session, name) {
    const hard = session.flags.text('hard')
    const scopes = session.flags.text('scopes')
    return {
      kind: 'ResourceQuota',
      apiVersion: 'v1',
      metadata: metadataOf(session, name),
      spec: { ...(hard ? { hard: amounts(hard) } : {}), ...(scopes ? { scopes: scopes.split(',') } : {}) },
      status: {},
    }
  },
}

function amounts(text: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    text.split(',').map((statement) => {
      const [resource = '', amount, more] = statement.split('=')
      if (amount === undefined || more !== undefined) throw wrong(`Invalid argument syntax ${statement}, expected <resource>=<value>`)
      if (!parseQuantity(amount)) throw wrong("quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'")
      return [resource, amount]
    }),
  )
}

export const poddisruptionbudget: Generator = {
  aliases: ['pdb'],
  flags: { selector: { type: 'string' }, 'min-available': { type: 'string' }, 'max-unavailable': { type: 'string' } },
  failing: 'failed to create poddisruptionbudgets: ',
  *make(session, name) {
    const { flags } = session
    const selector = flags.text('selector')
    const min = flags.text('min-available')
    const max = flags.text('max-unavailable')
    if (!selector) throw wrong('a selector must be specified')
    if (!min && !max) throw wrong('one of min-available or max-unavailable must be specified')
    if (min && max) throw wrong('min-available and max-unavailable cannot be both specified')
    if (!/^[0-9]+%?$/.test(min || max!)) throw wrong(`invalid format specified for ${min ? 'min-available' : 'max-unavailable'}`)
    return {
      kind: 'PodDisruptionBudget',
      apiVersion: 'policy/v1',
      metadata: metadataOf(session, name),
      spec: {
        ...(min ? { minAvailable: intOrText(min) } : { maxUnavailable: intOrText(max!) }),
        selector: { matchLabels: Object.fromEntries(selector.split(',').map(pairOf)) },
      },
      status: { currentHealthy: 0, desiredHealthy: 0, disruptionsAllowed: 0, expectedPods: 0 },
    }
  },
}

const intOrText = (text: string) => (text.endsWith('%') ? text : Number(text))

export const priorityclass: Generator = {
  aliases: ['pc'],
  flags: {
    value: { type: 'int' },
    'global-default': { type: 'bool' },
    description: { type: 'string' },
    'preemption-policy': { type: 'string' },
  },
  failing: 'failed to create priorityclass: ',
  *make({ flags }, name) {
    const description = flags.text('description')
    return {
      kind: 'PriorityClass',
      apiVersion: 'scheduling.k8s.io/v1',
      metadata: { name },
      value: flags.int('value') ?? 0,
      ...(flags.bool('global-default') ? { globalDefault: true } : {}),
      ...(description ? { description } : {}),
      preemptionPolicy: flags.text('preemption-policy') ?? 'PreemptLowerPriority',
    }
  },
}
