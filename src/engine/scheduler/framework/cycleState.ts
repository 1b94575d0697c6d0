// What plugins compute for one Pod in one scheduling cycle, and which of them are still asked.
// Upstream: kubernetes pkg/scheduler/framework/cycle_state.go

import { invariant } from '../../base/invariant'

/** Data that changes in preemption's dry run says how it is copied; other data is shared by the copies. */
export interface StateData {
  clone?(): StateData
}

/** Where a plugin keeps its data, and of which type they are. */
export interface StateKey<T extends StateData> {
  readonly name: string
  readonly type?: T
}

export const stateKey = <T extends StateData>(name: string): StateKey<T> => ({ name })

export class CycleState {
  /** Which plugins (by their place in the profile) are asked to filter: all that can, but those that said `skip`. */
  filters: readonly number[] = []
  private readonly data = new Map<string, StateData>()

  write<T extends StateData>(key: StateKey<T>, data: T): void {
    this.data.set(key.name, data)
  }

  find<T extends StateData>(key: StateKey<T>): T | undefined {
    return this.data.get(key.name) as T | undefined
  }

  read<T extends StateData>(key: StateKey<T>): T {
    const data = this.find(key)
    invariant(data, 'a plugin reads what it wrote', { key: key.name })
    return data
  }

  /** For a dry run: what is done to the copy is not done to this one. */
  clone(): CycleState {
    const copy = new CycleState()
    copy.filters = this.filters
    for (const [name, data] of this.data) copy.data.set(name, data.clone ? data.clone() : data)
    return copy
  }
}
