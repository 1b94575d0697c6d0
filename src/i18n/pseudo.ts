// A language of long words for tests: what overflows in it will overflow in some real language.

import type { Words } from './messages/en'

/** Every text half as long again and marked at both ends; `{placeholders}` and markup stay. */
export function pseudo(words: Words): Words {
  return stretch(words) as Words
}

function stretch(value: unknown): unknown {
  if (typeof value === 'string') return `[${value}${'~'.repeat(Math.ceil(value.length / 2))}]`
  return Object.fromEntries(Object.entries(value as object).map(([key, inner]) => [key, stretch(inner)]))
}
