// Sizes and costs as estimates reckon with them: what would not fit into 64 bits stays at the largest number that does.
// Upstream: github.com/google/cel-go checker/cost.go (SizeEstimate, CostEstimate), common/cost.go

export interface Size {
  readonly least: number
  readonly most: number
}

export const MOST = 2 ** 64

export const plus = (a: number, b: number) => Math.min(a + b, MOST)
export const times = (a: number, b: number) => Math.min(a * b, MOST)
/** Rounded up. */
export const scaled = (amount: number, by: number) => Math.min(Math.ceil(amount * by), MOST)
