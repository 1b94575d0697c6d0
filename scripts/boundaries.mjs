// Checks the import table of .dependency-cruiser.cjs, and that something was cruised at all: a tool that reads no module finds no fault.
import { execFileSync } from 'node:child_process'

const LEAST = 100
let output
try {
  output = execFileSync('npx', ['depcruise', 'src', '--config', '.dependency-cruiser.cjs', '--output-type', 'json'], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  })
} catch (error) {
  output = error.stdout
}
const { summary } = JSON.parse(output)
for (const v of summary.violations)
  console.log(`${v.rule.severity} ${v.rule.name}: ${v.from} -> ${v.to}${v.cycle ? ` (${v.cycle.map((c) => c.name).join(' -> ')})` : ''}`)
console.log(`${summary.totalCruised} modules, ${summary.totalDependenciesCruised} dependencies, ${summary.violations.length} violations`)
if (summary.totalCruised < LEAST) console.log(`fewer than ${LEAST} modules were cruised: the check does not see the code`)
process.exit(summary.error > 0 || summary.totalCruised < LEAST ? 1 : 0)
