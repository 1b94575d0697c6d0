// Parts of a cluster that are broken on purpose, in every cluster that is made until they are mended: a property that says nothing of them
// would say nothing of a bug. Tests only.

import type { Part, PartIo } from '../../base/part'

const mends: (() => void)[] = []

type Method = (...args: never[]) => unknown

/** A class's method, made otherwise for each of its objects from what it is when well. */
export function replaced<K extends PropertyKey, T extends Record<K, Method>>(
  { prototype }: { readonly prototype: T },
  name: K,
  make: (well: T[K], self: T) => T[K],
): void {
  const well = prototype[name]
  prototype[name] = function (this: T, ...args) {
    return make(well.bind(this) as T[K], this)(...args)
  } as T[K]
  mends.push(() => {
    prototype[name] = well
  })
}

/** What the processes of a class are handed to live by, made otherwise; asked for at each start of each process. */
export function withIo(kind: { readonly prototype: Part }, change: (io: PartIo) => Partial<PartIo>): void {
  replaced(kind, 'start', (start) => (io) => {
    const changed = change(io)
    start(new Proxy(io, { get: (target, name) => Reflect.get(name in changed ? changed : target, name) as unknown }))
  })
}

export function mendAll(): void {
  for (const mend of mends.splice(0).reverse()) mend()
}
