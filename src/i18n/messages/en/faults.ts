// The menu of faults, and what each means where it happens.

export const faults = {
  menu: 'Faults',
  none: 'none',
  inForce: '{count} in force',
  hint: 'Everything can be undone: nothing that etcd has stored is lost.',
  repairAll: 'Repair all',
  components: 'Components',
  nodes: 'Nodes',
  links: 'Links to the kube-apiserver',
  etcd: 'etcd',
  kubeletOf: '{node} kubelet',
  runtimeOf: '{node} container runtime',
  user: 'the user',
  stop: 'Stop {name}',
  start: 'Start {name}',
  cut: 'Cut the link to {name}',
  mend: 'Mend the link to {name}',
  slow: 'Slow the link to {name}',
  quicken: 'Speed up the link to {name}',
  'short.stop': 'Stop',
  'short.start': 'Start',
  'short.cut': 'Cut',
  'short.mend': 'Mend',
  'short.slow': 'Slow',
  'short.quicken': 'Speed up',
  webhook: 'Admission webhook for Pods',
  deny: 'Let the webhook deny Pods',
  hang: 'Let the webhook never answer',
  allow: 'Let the webhook allow Pods',
  certificates: 'Certificates',
  expire: 'Expire the certificate of {name}',
  renew: 'Renew the certificate of {name}',
  'short.deny': 'Deny',
  'short.hang': 'Hang',
  'short.allow': 'Allow',
  'short.expire': 'Expire',
  'short.renew': 'Renew',
  threeMembers: 'Start over with three members of etcd',
  oneMember: 'Start over with one member of etcd',
}

export type FaultMessages = Readonly<Record<keyof typeof faults, string>>

/** What it means that a part is stopped, by its role; the headings and other words are those of narration. */
export const outages = {
  apiserver: 'Nobody can ask or change anything now, and no watch tells anything. Containers that run go on.',
  etcd: 'The kube-apiserver can neither write nor read what it does not hold itself. With three members, two must be left.',
  scheduler: 'Nothing places new Pods now: they are stored and stay Pending. Pods that run go on.',
  controllers: 'Nothing compares what is wanted with what is there now: no replica is added, nothing is cleaned up.',
  kubelet: 'Its containers run on, but nobody starts, stops or reports them now.',
  runtime: 'Containers that run go on, but the kubelet can start and stop none.',
  user: 'Nobody sends commands now.',
}

export type OutageMessages = Readonly<Record<keyof typeof outages, string>>
