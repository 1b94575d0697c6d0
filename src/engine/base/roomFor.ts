// An empty object with room for a number of fields. One that is made as `{}` has room for four; V8 keeps the others in a list beside it,
// which it makes longer again and again as they come: twice the time and a third more memory for an object of eight fields.
// It inherits nothing: fields have the names that clients gave them, and `constructor` or `__proto__` is one like any other.

type Empty = new (filled?: true) => Record<string, never>

/** Never filled: V8 reads from the constructor's text how many fields its objects will have. */
const Four = function (this: Record<string, unknown>, filled?: true) {
  if (filled) this.a = this.b = this.c = this.d = 0
} as unknown as Empty
const Eight = function (this: Record<string, unknown>, filled?: true) {
  if (filled) this.a = this.b = this.c = this.d = this.e = this.f = this.g = this.h = 0
} as unknown as Empty
const Twelve = function (this: Record<string, unknown>, filled?: true) {
  if (filled) this.a = this.b = this.c = this.d = this.e = this.f = this.g = this.h = this.i = this.j = this.k = this.l = 0
} as unknown as Empty
const Twenty = function (this: Record<string, unknown>, filled?: true) {
  if (filled) this.a = this.b = this.c = this.d = this.e = this.f = this.g = this.h = this.i = this.j = 0
  if (filled) this.k = this.l = this.m = this.n = this.o = this.p = this.q = this.r = this.s = this.t = 0
} as unknown as Empty
const NOTHING: unknown = Object.freeze(Object.create(null))
for (const made of [Four, Eight, Twelve, Twenty]) (made as { prototype: unknown }).prototype = NOTHING

export function roomFor(fields: number): Record<string, never> {
  if (fields <= 4) return new Four()
  return fields <= 8 ? new Eight() : fields <= 12 ? new Twelve() : new Twenty()
}
