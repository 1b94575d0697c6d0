// What faults do to the boxes: which box is down, whose link is cut or slow, whose certificate is expired. What befalls one of etcd's members is shown in the member.

import type { Fault } from '../../engine/index'
import type { Rect } from './geometry'
import { bearerOf, farEnd } from '../../stores/roles'
import type { Drawn, FaultMark, MarkWord } from './sceneTypes'

/** One mark for each box that something is the matter with; its sayings stand one under the other. */
export function marksOf(drawn: Drawn, faults: readonly Fault[]): FaultMark[] {
  const marks = new Map<string, FaultMark>()
  const say = (part: string, word: MarkWord, name = '') => {
    if (isMember(part)) return
    const place = placeOf(drawn, part)
    if (!place) return
    const known = marks.get(place.id) ?? { part: place.id, rect: place.rect, down: false, says: [] }
    const down = known.down || word === 'down' || word === 'noPower'
    marks.set(place.id, { ...known, down, says: [...known.says, { word, name }] })
  }
  for (const fault of faults) {
    switch (fault.kind) {
      case 'stopped':
        say(fault.part, 'down')
        break
      case 'nodeDown':
        say(fault.node, 'noPower')
        break
      case 'shortage':
        say(fault.node, 'short', fault.resource)
        break
      case 'watch':
        say(fault.client, 'deaf')
        break
      case 'webhook':
        say('kube-apiserver', fault.answer)
        break
      case 'expired':
        say(bearerOf(fault.certificate), 'expired')
        break
      case 'cut':
      case 'slow':
        say(farEnd(fault), fault.kind)
    }
  }
  return [...marks.values()]
}

/** Of several. */
const isMember = (part: string) => part.startsWith('etcd-')

/** The box that stands for a part: a node's kubelet and runtime have their own where they are drawn. */
function placeOf({ user, apiserver, etcd, scheduler, controllers, workers }: Drawn, part: string): { id: string; rect: Rect } | null {
  if (part === 'user') return { id: part, rect: user.rect }
  if (part === 'kube-apiserver') return { id: part, rect: apiserver.rect }
  if (part === 'etcd') return { id: 'etcd', rect: etcd.rect }
  if (part === 'kube-scheduler') return { id: part, rect: scheduler.rect }
  if (part === 'kube-controller-manager') return controllers && { id: part, rect: controllers.rect }
  const [node, inner] = part.split('/')
  const worker = workers.find((w) => w.name === node)
  return worker ? { id: inner && worker.runtime ? part : worker.name, rect: (inner && worker.runtime) || worker.rect } : null
}
