// Lives through seeds of the fuzz driver: `npm run fuzz -- [--seeds N] [--from S]`. Each seed that goes wrong prints itself and what is wrong;
// the last line counts. A bad seed is kept as a case in src/engine/testing/fuzz.test.ts.

import { fuzz } from '../src/engine/testing/fuzz'

const option = (name: string, otherwise: number) => {
  const at = process.argv.indexOf(`--${name}`)
  return at < 0 ? otherwise : Number(process.argv[at + 1])
}
const seeds = option('seeds', 1000)
const from = option('from', 1)
const SHOWN = 3

const began = performance.now()
let bad = 0
for (let seed = from; seed < from + seeds; seed++) {
  const problems = fuzz(seed)
  if (problems.length === 0) continue
  bad++
  console.log(`seed ${seed}: ${problems.length} wrong\n${problems.slice(0, SHOWN).join('\n')}`)
}
console.log(`${seeds} seeds from ${from}: ${bad} bad, ${Math.round((performance.now() - began) / seeds)} ms each`)
process.exitCode = bad > 0 ? 1 : 0
