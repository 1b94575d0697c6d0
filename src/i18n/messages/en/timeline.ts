// Transport and timeline.

export const timeline = {
  playback: 'Playback',
  timeline: 'Timeline',
  play: 'Play',
  pause: 'Pause',
  forward: 'Step forward',
  back: 'Step back',
  start: 'Jump to start',
  end: 'Jump to end',
  speed: 'Speed',
  moment: 'step {index} / {last}',
  nothingYet: 'nothing played yet',
  hint: 'Space plays · ← → steps · P presents',
  hintFirst: 'Press Run, or pick a card',
  empty: 'Every step of your request will appear here',
  refusedHere: 'refused',
  branch: 'Branch here',
  undoBranch: 'Undo branch',
  following: 'The cluster is still at work',
  stop: 'Stop here',
  'lane.user': 'User',
  'lane.apiserver': 'apiserver',
  'lane.etcd': 'etcd',
  'lane.scheduler': 'scheduler',
  'lane.controllers': 'controllers',
  'lane.kubelet': 'kubelet',
}

export type TimelineMessages = Readonly<Record<keyof typeof timeline, string>>
