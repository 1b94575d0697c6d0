// The README's test command: every part in turn, each to its end, then one plain closing line. Fails if any part did.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, rmSync } from 'node:fs'

const UNIT_REPORT = 'test-results/unit.json'
const E2E_REPORT = 'test-results/e2e.json'
rmSync('test-results', { recursive: true, force: true })

const parts = [
  ['check', ['npm', 'run', 'check'], one],
  [
    'unit, stories and conformance',
    ['npx', 'vitest', 'run', '--reporter=default', '--reporter=json', `--outputFile=${UNIT_REPORT}`],
    vitest,
  ],
  ['size', ['npm', 'run', 'size'], one],
  ['e2e', ['node', 'scripts/e2e.mjs'], playwright],
]

let passed = 0
let failed = 0
const said = []
for (const [name, [command, ...args], count] of parts) {
  console.log(`\n== ${name}`)
  const { status } = spawnSync(command, args, { stdio: 'inherit' })
  const [ok, bad] = count(status)
  // A part that failed without a failed test (it could not start, say) still counts as one failure.
  const lost = status !== 0 && bad === 0 ? 1 : 0
  passed += ok
  failed += bad + lost
  said.push(`${status === 0 ? 'ok  ' : 'FAIL'} ${name}: ${ok} passed, ${bad + lost} failed`)
}
console.log(`\n${said.join('\n')}\n`)
console.log(`${passed} passed, ${failed} failed`)
process.exit(failed === 0 && passed > 0 ? 0 : 1)

function one(status) {
  return status === 0 ? [1, 0] : [0, 1]
}

function vitest() {
  if (!existsSync(UNIT_REPORT)) return [0, 0]
  const report = JSON.parse(readFileSync(UNIT_REPORT, 'utf8'))
  return [report.numPassedTests, report.numFailedTests + report.numFailedTestSuites - suitesWithFailedTests(report)]
}

/** Suites that failed to load count beside failed tests; those that failed because of their tests do not count twice. */
function suitesWithFailedTests(report) {
  return report.numFailedTestSuites - report.testResults.filter((r) => r.status === 'failed' && r.assertionResults.length === 0).length
}

function playwright() {
  if (!existsSync(E2E_REPORT)) return [0, 0]
  const { stats } = JSON.parse(readFileSync(E2E_REPORT, 'utf8'))
  return [stats.expected + stats.flaky, stats.unexpected]
}
