// The reader's session: one cluster, what was done to it, and the moment that is looked at. Holds no copy of the cluster:
// views read trace and history at the position.

import { createStore, type StoreApi } from 'zustand/vanilla'
import type { Cluster, Fault, HopIndex, Program, ProgramId, Recording, Trace } from '../engine/index'
import { credentialsOf, type Identity } from './identities'
import type { Following } from './follow'
import { createFollower, slice, type Pace } from './follower'
import type { Detail, StoryMoment, Telling } from './momentKinds'
import { momentAt } from './momentAt'
import { restMoment } from './restMoment'
import { FIRST_TOPOLOGY, type Topology } from './topology'

/** What the reader did; done again in this order on a new cluster, it gives the same trace. */
export type Deed =
  | ({ readonly do: 'run'; readonly line: string; readonly identity: Identity; readonly at: number } & Followed)
  | ({ readonly do: 'interrupt'; readonly program: ProgramId } & Followed)
  | { readonly do: 'branch'; readonly hop: HopIndex }
  /** A fault is put in force, or repaired. */
  | ({ readonly do: 'inject' | 'repair'; readonly fault: Fault } & Followed)
  /** Only the first: the cluster is built otherwise than by default. */
  | { readonly do: 'build'; readonly topology: Topology }

type FollowedDeed = Exclude<Deed, { do: 'branch' | 'build' }>

/** `events`: after how many the reader did something else, or stopped it; without, it was followed to its end. */
interface Followed {
  readonly events?: number
}

export interface SessionState {
  /** What views read: the cluster, or before the engine is there the recording of it at rest. */
  readonly cluster: Recording
  readonly deeds: readonly Deed[]
  readonly detail: Detail
  /** Whether nodes' heartbeats are told. */
  readonly heartbeats: boolean
  readonly moments: readonly StoryMoment[]
  /** The moment that is looked at. */
  readonly index: number
  /** Whether what the last deed led to is still being lived through. */
  readonly following: boolean
  /** Whether the engine is there, and what runs commands. */
  readonly prepared: boolean
  /** It could not be loaded; the next command tries again. */
  readonly failed: boolean
  /** What `undoBranch` brings back. */
  readonly former: { readonly cluster: Cluster; readonly deeds: readonly Deed[]; readonly hop: HopIndex } | null
  /** Runs a line at the end and goes to its first moment. */
  run(line: string, identity: Identity): void
  /** Ctrl-C to the last program that still runs; if none does, the cluster stops where it is. */
  interrupt(): void
  /** The cluster stops where it is; the next command goes on from there. */
  stop(): void
  inject(fault: Fault): void
  repair(fault: Fault): void
  /** Starts over on a cluster that is built so. */
  build(topology: Topology): void
  step(by: number): void
  seek(index: number): void
  tell(detail: Detail, heartbeats: boolean): void
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
  open(topology?: Topology): Cluster
  readonly shell: Shell
  /** Folds a trace into the steps of the picture (moments.ts). */
  momentsOf(trace: Trace, restHop: HopIndex, detail: Detail, heartbeats: boolean): readonly StoryMoment[]
  /** Lives through what a deed leads to (follow.ts). */
  readonly follow: (cluster: Cluster, events?: number) => Following
}

export interface SessionOptions {
  /** The cluster at rest, as a new one would be. */
  readonly rest: Recording
  /** Asked again until it has succeeded. */
  load(): Promise<Model>
  readonly detail: Detail
  readonly heartbeats?: boolean
  readonly pace?: Pace
}

const PACE: Pace = { now: () => performance.now(), later: (act) => void setTimeout(act) }

export function createSession({ rest, load, detail, heartbeats = false, pace = PACE }: SessionOptions): Session {
  return createStore<SessionState>()((set, get) => {
    let model: Model | null = null
    /** The cluster that is shown; null before the engine is there. */
    let live: Cluster | null = null
    /** A recording at one of its hops. */
    const at = (cluster: Recording, hop: HopIndex, { detail, heartbeats }: Telling = get()) => {
      const { trace, restHop } = cluster
      const moments = model ? model.momentsOf(trace, restHop, detail, heartbeats) : [restMoment(restHop)]
      return { cluster, detail, heartbeats, moments, index: momentAt(moments, hop) }
    }
    const show = (cluster: Cluster, hop: HopIndex) => {
      live = cluster
      return at(cluster, hop)
    }
    /** A new cluster, at rest. */
    const fresh = (from: Model, topology?: Topology) => {
      const cluster = from.open(topology)
      return show(cluster, cluster.restHop)
    }
    let loading: Promise<Model> | null = null
    const prepare = async (): Promise<Model> => {
      try {
        model = await (loading ??= load())
      } catch (error) {
        loading = null
        set({ failed: true })
        throw error
      }
      if (!live) set({ ...fresh(model), prepared: true, failed: false })
      return model
    }
    /** Does it when the engine is there; that it cannot be loaded is said by `failed`. */
    const whenPrepared = (act: () => void) =>
      void prepare().then(act, () => {
        // Said already.
      })
    const follower = createFollower(pace)
    /** Whether the reader looks at the end, wherever that is. */
    let atEnd = false
    /** Ends what is followed where it is, and keeps in its deed how far it came. */
    const cut = (): readonly Deed[] => {
      const { deeds } = get()
      const followed = follower.cut()
      if (!followed) return deeds
      const { events } = followed
      return deeds.map((deed, i) => (i === deeds.length - 1 && deed.do !== 'branch' && deed.do !== 'build' ? { ...deed, events } : deed))
    }
    /** The picture of a cluster that has gone on, from where the reader stands. */
    const grown = (cluster: Cluster, following: boolean) => {
      const { index, moments } = get()
      const shown = at(cluster, moments[index]!.hop)
      return { ...shown, index: atEnd ? shown.moments.length - 1 : index, following }
    }
    const goOn = (deed: FollowedDeed): void => {
      if (!model || !live) return whenPrepared(() => goOn(deed))
      const cluster = live
      const deeds = [...cut(), deed]
      const from = cluster.trace.length
      begin(cluster, deed, model.shell)
      const following = follower.start(model.follow(cluster, deed.events), (goesOn) => set(grown(cluster, goesOn)))
      atEnd = false
      set({ ...show(cluster, from), deeds, former: null, following })
    }
    const stop = () => {
      if (!get().following || !live) return
      const deeds = cut()
      set({ ...grown(live, false), deeds })
    }
    const move = (index: number) => set(({ moments }) => ({ index: Math.max(0, Math.min(moments.length - 1, Math.round(index))) }))
    return {
      cluster: rest,
      deeds: [],
      detail,
      heartbeats,
      moments: [restMoment(rest.restHop)],
      index: 0,
      following: false,
      prepared: false,
      failed: false,
      former: null,
      run: (line, identity) => goOn({ do: 'run', line, identity, at: get().cluster.now }),
      interrupt() {
        const program = live && runningProgram(live)
        if (program !== null) goOn({ do: 'interrupt', program })
        else stop()
      },
      stop,
      step(by) {
        atEnd = false
        move(get().index + by)
      },
      seek(index) {
        atEnd = index >= get().moments.length - 1
        move(index)
      },
      inject(fault) {
        const { cluster, run } = get()
        const asks = () => cluster.history.get('/registry/validatingwebhookconfigurations/policy', cluster.history.revision)
        // The server must be told to ask before anybody can refuse it.
        if (fault.kind === 'webhook' && !(live && asks())) run('kubectl create -f webhook.json', 'admin')
        goOn({ do: 'inject', fault })
      },
      repair: (fault) => goOn({ do: 'repair', fault }),
      build(topology) {
        if (!model) return whenPrepared(() => get().build(topology))
        follower.cut()
        set({ ...fresh(model, topology), deeds: [{ do: 'build', topology }], former: null, following: false })
      },
      tell(detail, heartbeats) {
        const { cluster, moments, index, ...now } = get()
        if (detail !== now.detail || heartbeats !== now.heartbeats) set(at(cluster, moments[index]!.hop, { detail, heartbeats }))
      },
      branchHere() {
        stop()
        const { deeds, moments, index } = get()
        const { hop } = moments[index]!
        if (!live || index === moments.length - 1) return
        const former = { cluster: live, deeds, hop }
        set({ ...show(live.fork(hop), hop), deeds: [...deeds, { do: 'branch', hop }], former })
      },
      undoBranch() {
        stop()
        const { former } = get()
        if (former) set({ ...show(former.cluster, former.hop), deeds: former.deeds, former: null })
      },
      reset() {
        if (!model) return
        follower.cut()
        set({ ...fresh(model), deeds: [], former: null, following: false })
      },
      prepare: async () => void (await prepare()),
      async replay(deeds, index) {
        const { open, shell, follow } = await prepare()
        follower.cut()
        const [first] = deeds
        let cluster = first?.do === 'build' ? open(first.topology) : open()
        for (const deed of deeds) {
          if (deed.do === 'branch') cluster = cluster.fork(deed.hop)
          else if (deed.do !== 'build') {
            begin(cluster, deed, shell)
            const following = follow(cluster, deed.events)
            while (!slice(following, pace)) await new Promise<void>((done) => pace.later(done))
          }
        }
        set({ ...show(cluster, cluster.restHop), deeds, following: false })
        get().seek(index)
      },
    }
  })
}

/** The last program that has not ended; null if all have. */
export function runningProgram(cluster: Cluster): ProgramId | null {
  const { trace } = cluster
  for (let index = trace.length - 1; index > cluster.restHop; index--) {
    const hop = trace.kept(index)
    if (hop.kind === 'program' && hop.event.type === 'started' && cluster.isRunning(hop.program)) return hop.program
  }
  return null
}

function begin(cluster: Cluster, deed: FollowedDeed, shell: Shell): void {
  switch (deed.do) {
    case 'interrupt':
      return cluster.interrupt(deed.program)
    case 'inject':
      return cluster.inject(deed.fault)
    case 'repair':
      return cluster.repair(deed.fault)
    case 'run':
      cluster.start({ line: deed.line, identity: deed.identity, credentials: credentialsOf[deed.identity], program: shell(deed.line) })
  }
}

/** How the cluster was built. */
export function topologyOf([first]: readonly Deed[]): Topology {
  return first?.do === 'build' ? first.topology : FIRST_TOPOLOGY
}
