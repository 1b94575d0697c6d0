// What can be done to whom: the rows of the menu, as data.

import type { Fault } from '../../engine/index'
import { faultName } from '../../engine/faults'
import { fill } from '../../i18n/rich'
import type { FaultMessages } from '../../i18n/messages/en/faults'

export interface FaultButton {
  readonly fault: Fault
  readonly active: boolean
  /** The whole name, and the word that is shown: the opposite of what is in force. */
  readonly name: string
  readonly short: string
}

export interface FaultRow {
  readonly title: string
  readonly buttons: readonly FaultButton[]
}

export interface FaultSection {
  readonly title: string
  readonly rows: readonly FaultRow[]
}

const SLOW = 2000
const SERVER = 'kube-apiserver'
/** What is watched by all of them. */
const WATCHED = '/api/v1/pods'

export function faultSections(
  { nodes, etcdMembers }: { readonly nodes: readonly string[]; readonly etcdMembers: number },
  inForce: readonly Fault[],
  words: FaultMessages,
): readonly FaultSection[] {
  const etcd = etcdMembers === 1 ? ['etcd'] : Array.from({ length: etcdMembers }, (_, i) => `etcd-${i}`)
  const button = (
    fault: Fault,
    verbs: readonly [
      begin: 'stop' | 'cut' | 'slow' | 'silence' | 'deny' | 'hang' | 'expire' | 'starve',
      end: 'start' | 'mend' | 'quicken' | 'reopen' | 'allow' | 'renew' | 'feed',
    ],
    name: string,
  ): FaultButton => {
    const known = inForce.find((f) => faultName(f) === faultName(fault))
    const verb = known ? verbs[1] : verbs[0]
    return { fault: known ?? fault, active: known !== undefined, name: fill(words[verb], { name }), short: words[`short.${verb}`] }
  }
  const stopping = (part: string, title = part): FaultRow => ({
    title,
    buttons: [button({ kind: 'stopped', part }, ['stop', 'start'], title)],
  })
  const linking = (part: string, title = part, watches = false): FaultRow => ({
    title,
    buttons: [
      // First, so that the buttons that all rows have stand in columns.
      ...(watches ? [button({ kind: 'watch', client: part, of: WATCHED }, ['silence', 'reopen'], title)] : []),
      button({ kind: 'cut', from: part, to: SERVER }, ['cut', 'mend'], title),
      button({ kind: 'slow', from: part, to: SERVER, by: SLOW }, ['slow', 'quicken'], title),
    ],
  })
  const kubelet = (node: string) => fill(words.kubeletOf, { node })
  return [
    { title: words.components, rows: [SERVER, ...etcd, 'kube-scheduler', 'kube-controller-manager'].map((part) => stopping(part)) },
    {
      title: words.nodes,
      rows: nodes.flatMap((node): FaultRow[] => [
        {
          title: node,
          buttons: [
            button({ kind: 'nodeDown', node }, ['stop', 'start'], node),
            button({ kind: 'shortage', node, resource: 'memory' }, ['starve', 'feed'], node),
          ],
        },
        stopping(node, kubelet(node)),
        stopping(`${node}/runtime`, fill(words.runtimeOf, { node })),
      ]),
    },
    {
      title: words.links,
      rows: [
        linking('user', words.user),
        ...etcd.map((part) => linking(part)),
        linking('kube-scheduler', 'kube-scheduler', true),
        linking('kube-controller-manager', 'kube-controller-manager', true),
        ...nodes.map((node) => linking(node, kubelet(node), true)),
      ],
    },
    {
      title: words.certificates,
      rows: [SERVER, 'admin', 'system:kube-scheduler', 'system:kube-controller-manager', ...nodes.map((node) => `system:node:${node}`)].map(
        (name): FaultRow => ({ title: name, buttons: [button({ kind: 'expired', certificate: name }, ['expire', 'renew'], name)] }),
      ),
    },
    {
      title: words.webhook,
      rows: [
        {
          title: 'pods.policy.example',
          buttons: [
            button({ kind: 'webhook', answer: 'denies' }, ['deny', 'allow'], ''),
            button({ kind: 'webhook', answer: 'silent' }, ['hang', 'allow'], ''),
          ],
        },
      ],
    },
  ]
}
