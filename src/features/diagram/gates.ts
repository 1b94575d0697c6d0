// The two gates of the first zoom: who stands in them, and what a refusal shows.

import type { Stage } from '../../engine/index'
import { stageSteps } from '../../engine/steps'
import type { Rect } from './geometry'
import { refusalIn } from './refusal'
import type { Gate } from './sceneTypes'
import { senderHue } from './sender'
import { railAt } from './story'
import type { View } from './view'

export function gatesOf(view: View, rects: readonly [Rect, Rect], opened: boolean): readonly Gate[] {
  const { moment, story, trace } = view
  const rail = railAt(trace, story.request, moment.hop)
  const atGate = moment.kind === 'refused' ? null : moment.step
  const component = moment.kind === 'bindingChecked' || moment.kind === 'componentChecked'
  // A component's request is refused in the gate, too; the picture does not change its shape for it.
  const own = moment.kind === 'componentRefused' ? refusalIn(trace, moment) : null
  const { refusal } = story
  const hue = component || own ? senderHue(moment.facts) : 'user'
  return ([1, 2] as const).map((number, i) => {
    const refused = refusal?.step === number
    const state =
      refused || own?.step === number
        ? 'refused'
        : refusal && opened
          ? number <= refusal.passed
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
          ? fromRefusal(stages, refusal.stage).map((stage) => ({
              stage,
              state: stage === refusal.stage ? 'refused' : (rail.get(stage)?.state ?? 'ahead'),
            }))
          : [],
    }
  })
}

/** The stage that refused, where the request's line ends, and two that would have judged it next; all stages are told under the hood. */
function fromRefusal(stages: readonly Stage[], refused: Stage): readonly Stage[] {
  const next = stages.slice(stages.indexOf(refused) + 1).filter((stage) => stage !== 'decode' && stage !== 'defaulting')
  return [refused, ...next.slice(0, 2)]
}

function identityOf({ trace, story }: View): Gate['identity'] {
  const record = story.request === null ? undefined : trace.request(story.request)
  const certificate = record?.http.clientCertificate
  const by = certificate ? 'certificate' : record?.http.headers.authorization ? 'bearerToken' : 'noCredential'
  return { by, names: [record?.user ?? '', ...(certificate?.organizations ?? [])].filter(Boolean).slice(0, 2) }
}
