// What it means that a part is stopped: narration's words for faults.

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
