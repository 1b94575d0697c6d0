// Lives through seeds of the fuzz driver: `npm run fuzz -- [--seeds N] [--from S] [--various] [--shrink]`. Each seed that goes wrong prints
// itself and what is wrong; the last line counts. With `--various` the users are those of src/engine/testing/fuzz/various.ts. With `--shrink`,
// what is left of its plan where less of it goes wrong as well: a bad seed is kept as such a case in src/engine/testing/fuzz/cases.json.

import { fuzz } from '../src/engine/testing/fuzz/fuzz'
import { planOf } from '../src/engine/testing/fuzz/plan'
import { shrunk } from '../src/engine/testing/fuzz/shrunk'

const option = (name: string, otherwise: number) => {
  const at = process.argv.indexOf(`--${name}`)
  return at < 0 ? otherwise : Number(process.argv[at + 1])
}
const seeds = option('seeds', 1000)
const from = option('from', 1)
const users = process.argv.includes('--various') ? 'various' : 'usual'
const SHOWN = 3
const PROGRESS = 250

const began = process.cpuUsage()
const perSeed = (count: number) => {
  const { user, system } = process.cpuUsage(began)
  return `${((user + system) / 1000 / count).toFixed(1)} ms of CPU each`
}
let bad = 0
for (let seed = from; seed < from + seeds; seed++) {
  const problems = fuzz(seed, users)
  const done = seed - from + 1
  if (done % PROGRESS === 0) console.log(`${done} seeds from ${from}: ${bad} bad, ${perSeed(done)}`)
  if (problems.length === 0) continue
  bad++
  console.log(`seed ${seed}: ${problems.length} wrong\n${problems.slice(0, SHOWN).join('\n')}`)
  if (process.argv.includes('--shrink')) console.log(JSON.stringify(shrunk(planOf(seed, users), seed)))
}
console.log(`${seeds} seeds from ${from}: ${bad} bad, ${perSeed(seeds)}`)
process.exitCode = bad > 0 ? 1 : 0
