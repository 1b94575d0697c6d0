import type { Node, Edge } from '@xyflow/react'
import type { DiagramMessages } from '../../i18n/messages/en/diagram'
import type { ApiserverBox, Badge, ControllersBox, EtcdBox, FaultMark, Lane, SchedulerBox, UserBox, WorkerBox } from './sceneTypes'

type WithWords = { readonly words: DiagramMessages }

export type UserNodeType = Node<{ readonly box: UserBox } & WithWords, 'user'>
export type ApiserverNodeType = Node<{ readonly box: ApiserverBox } & WithWords, 'apiserver'>
export type EtcdNodeType = Node<{ readonly box: EtcdBox } & WithWords, 'etcd'>
export type SchedulerNodeType = Node<{ readonly box: SchedulerBox } & WithWords, 'scheduler'>
export type ControllersNodeType = Node<{ readonly box: ControllersBox } & WithWords, 'controllers'>
/** `covered`: pixels of a row, at its right end, on which a mark stands. */
export type WorkerNodeType = Node<{ readonly box: WorkerBox; readonly covered: number } & WithWords, 'worker'>
export type ControlPlaneNodeType = Node<WithWords, 'controlPlane'>
export type BadgeNodeType = Node<{ readonly badge: Badge }, 'badge'>
export type MarkNodeType = Node<{ readonly mark: FaultMark } & WithWords, 'mark'>
export type MoreWorkersNodeType = Node<{ readonly says: string }, 'moreWorkers'>
export type DiagramNode =
  | UserNodeType
  | ApiserverNodeType
  | EtcdNodeType
  | SchedulerNodeType
  | ControllersNodeType
  | WorkerNodeType
  | ControlPlaneNodeType
  | BadgeNodeType
  | MarkNodeType
  | MoreWorkersNodeType
export type LaneEdgeType = Edge<{ readonly lane: Lane; readonly label: string }, 'lane'>
