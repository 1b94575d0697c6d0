// The two gates of the first zoom: who stands in them, and what a refusal shows.

import type { Stage } from '../../engine/index'
import { stageSteps } from '../../engine/steps'
import { senderHue } from './play'
import type { Rect } from './geometry'
import type { Gate } from './sceneTypes'
import { railAt } from './story'
import type { View } from './view'

export function gatesOf(view: View, rects: readonly [Rect, Rect], opened: boolean): readonly Gate[] {
  const { moment, story, trace } = view
  const rail = railAt(trace, story.request, moment.hop)
  const atGate = moment.kind === 'refused' ? null : moment.step
  const component = moment.kind === 'bindingChecked' || moment.kind === 'componentChecked'
  const refusedStep = story.refusedAt ? stageSteps[story.refusedAt] : null
  const hue = component ? senderHue(moment.facts) : 'user'
  return ([1, 2] as const).map((number, i) => {
    const refused = refusedStep === number
    const state = refused
      ? 'refused'
      : refusedStep !== null && opened
        ? number < refusedStep
          ? 'passed'
          : 'pale'
        : component || atGate === number
          ? 'active'
          : 'rest'
    const stages = (Object.keys(stageSteps) as Stage[]).filter((s) => stageSteps[s] === number)
    return {
      number,
      rect: rects[i]!,
      state,
      hue,
      identity: opened && number === 1 && !refused ? identityOf(view) : null,
      stages:
        opened && refused
          ? fromRefusal(stages, story.refusedAt!).map((stage) => ({
              stage,
              state: stage === story.refusedAt ? 'refused' : (rail.get(stage)?.state ?? 'ahead'),
            }))
          : [],
    }
  })
}

export function isGateRefusal({ story }: View): boolean {
  return story.refusedAt !== null && (stageSteps[story.refusedAt] ?? 3) <= 2
}

/** The stage that refused, where the request's line ends, and two that it kept from running. */
function fromRefusal(stages: readonly Stage[], refused: Stage): readonly Stage[] {
  const at = stages.indexOf(refused)
  return stages.slice(at, at + 3)
}

function identityOf({ trace, story }: View): Gate['identity'] {
  const record = story.request === null ? undefined : trace.request(story.request)
  const certificate = record?.http.clientCertificate
  const by = certificate ? 'certificate' : record?.http.headers.authorization ? 'bearerToken' : 'noCredential'
  return { by, names: [record?.user ?? '', ...(certificate?.organizations ?? [])].filter(Boolean).slice(0, 2) }
}
