// The reader's session: one cluster, what was done to it, and the moment that is looked at. Holds no copy of the cluster:
// views read trace and history at the position.

import { createStore, type StoreApi } from 'zustand/vanilla'
import type { Cluster, HopIndex, Program, ProgramId, Recording, Trace } from '../engine/index'
import { credentialsOf, type Identity } from './identities'
import type { Detail, StoryMoment } from './momentKinds'
import { momentAt } from './momentAt'
import { restMoment } from './restMoment'

/** What the reader did; done again in this order on a new cluster, it gives the same trace. */
export type Deed =
  | { readonly do: 'run'; readonly line: string; readonly identity: Identity; readonly at: number }
  | { readonly do: 'interrupt'; readonly program: ProgramId }
  | { readonly do: 'branch'; readonly hop: HopIndex }

export interface SessionState {
  /** What views read: the cluster, or before the engine is there the recording of it at rest. */
  readonly cluster: Recording
  readonly deeds: readonly Deed[]
  readonly detail: Detail
  readonly moments: readonly StoryMoment[]
  /** The moment that is looked at. */
  readonly index: number
  /** What `undoBranch` brings back. */
  readonly former: { readonly cluster: Cluster; readonly deeds: readonly Deed[]; readonly hop: HopIndex } | null
  /** Runs a line at the end and goes to its first moment. */
  run(line: string, identity: Identity): void
  /** Ctrl-C to the last program that still runs. */
  interrupt(): void
  step(by: number): void
  seek(index: number): void
  setDetail(detail: Detail): void
  /** The future after this moment is given up; the next command goes on from here. */
  branchHere(): void
  undoBranch(): void
  reset(): void
  /** Loads the engine and what runs commands, ahead of the first one; the cluster takes the place of its recording. */
  prepare(): Promise<void>
  /** Lives through saved deeds again, on a new cluster at rest. */
  replay(deeds: readonly Deed[], index: number): Promise<void>
}

export type Session = StoreApi<SessionState>
/** A command line as a program. */
export type Shell = (line: string) => () => Program

/** What is loaded after the picture stands. */
export interface Model {
  /** A new cluster at rest. */
  open(): Cluster
  readonly shell: Shell
  /** Folds a trace into the steps of the picture (moments.ts). */
  momentsOf(trace: Trace, restHop: HopIndex, detail: Detail): readonly StoryMoment[]
}

export interface SessionOptions {
  /** The cluster at rest, as a new one would be. */
  readonly rest: Recording
  /** Asked for once it has succeeded. */
  load(): Promise<Model>
  readonly detail: Detail
}

/** How long a command's consequences are followed: in virtual time, and in events if it never comes to rest. */
const FOLLOWED = { for: 120_000, maxEvents: 200_000 }

export function createSession({ rest, load, detail }: SessionOptions): Session {
  return createStore<SessionState>()((set, get) => {
    let model: Model | null = null
    /** The cluster that is shown; null before the engine is there. */
    let live: Cluster | null = null
    /** A recording at one of its hops. */
    const at = (cluster: Recording, hop: HopIndex, detail = get().detail) => {
      const { trace, restHop } = cluster
      const moments = model ? model.momentsOf(trace, restHop, detail) : [restMoment(restHop)]
      return { cluster, detail, moments, index: momentAt(moments, hop) }
    }
    const show = (cluster: Cluster, hop: HopIndex) => {
      live = cluster
      return at(cluster, hop)
    }
    const prepare = async (): Promise<Model> => {
      model ??= await load()
      if (!live) set(show((live = model.open()), live.restHop))
      return model
    }
    const goOn = (deed: Deed): void => {
      if (!model || !live) return void prepare().then(() => goOn(deed))
      const from = live.trace.length
      set({ ...show(carryOut(live, deed, model.shell), from), deeds: [...get().deeds, deed], former: null })
    }
    return {
      cluster: rest,
      deeds: [],
      detail,
      moments: [restMoment(rest.restHop)],
      index: 0,
      former: null,
      run: (line, identity) => goOn({ do: 'run', line, identity, at: get().cluster.now }),
      interrupt() {
        const program = live && runningProgram(live)
        if (program !== null) goOn({ do: 'interrupt', program })
      },
      step: (by) => get().seek(get().index + by),
      seek: (index) => set(({ moments }) => ({ index: Math.max(0, Math.min(moments.length - 1, Math.round(index))) })),
      setDetail(detail) {
        const { cluster, moments, index } = get()
        if (detail !== get().detail) set(at(cluster, moments[index]!.hop, detail))
      },
      branchHere() {
        const { deeds, moments, index } = get()
        const { hop } = moments[index]!
        if (!live || index === moments.length - 1) return
        const former = { cluster: live, deeds, hop }
        set({ ...show(live.fork(hop), hop), deeds: [...deeds, { do: 'branch', hop }], former })
      },
      undoBranch() {
        const { former } = get()
        if (former) set({ ...show(former.cluster, former.hop), deeds: former.deeds, former: null })
      },
      reset() {
        if (!model) return
        const cluster = model.open()
        set({ ...show(cluster, cluster.restHop), deeds: [], former: null })
      },
      prepare: async () => void (await prepare()),
      async replay(deeds, index) {
        const { open, shell } = await prepare()
        let cluster = open()
        for (const deed of deeds) cluster = carryOut(cluster, deed, shell)
        set({ ...show(cluster, cluster.restHop), deeds })
        get().seek(index)
      },
    }
  })
}

/** The last program that has not ended; null if all have. */
export function runningProgram(cluster: Cluster): ProgramId | null {
  const { trace } = cluster
  for (let index = trace.length - 1; index > cluster.restHop; index--) {
    const hop = trace.hop(index)
    if (hop.kind === 'program' && hop.event.type === 'started' && cluster.isRunning(hop.program)) return hop.program
  }
  return null
}

/** Does it and lets the cluster come to rest; a branch gives another cluster. */
function carryOut(cluster: Cluster, deed: Deed, shell: Shell): Cluster {
  if (deed.do === 'branch') return cluster.fork(deed.hop)
  if (deed.do === 'interrupt') cluster.interrupt(deed.program)
  else cluster.start({ line: deed.line, identity: deed.identity, credentials: credentialsOf[deed.identity], program: shell(deed.line) })
  cluster.run(FOLLOWED)
  return cluster
}
