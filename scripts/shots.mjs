// Writes screenshots of the standard scenes for a person to look at: `npm run shots -- [OUT] [--no-build] [--only TEXT]` (default shots/).
import { mkdir } from 'node:fs/promises'
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { chromium } from '@playwright/test'
import { findBrowser } from './browser.mjs'

const PORT = 4178
const options = process.argv.slice(2)
const only = options.includes('--only') ? options[options.indexOf('--only') + 1] : ''
const out = options.find((o, i) => !o.startsWith('--') && options[i - 1] !== '--only') ?? 'shots'

const DESKTOP = { width: 1440, height: 900 }
const PROJECTOR = { width: 1920, height: 1080 }
const PHONE = { width: 390, height: 844 }
const RUN = 'kubectl run web --image=nginx'
const NAMESPACE = `curl -X POST -H 'Content-Type: application/json' -d '{"metadata":{"name":"team"}}' https://127.0.0.1:6443/api/v1/namespaces`

/** name, viewport, settings, what is done before the picture. */
const SCENES = [
  ['idle-light', DESKTOP, {}, rest],
  ['idle-dark', DESKTOP, { Theme: 'Dark' }, rest],
  ['idle-ko', DESKTOP, { Language: '한국어' }, rest],
  ['create-authenticate-light', DESKTOP, {}, (p) => until(p, RUN, 'Authenticate User')],
  ['create-etcd-light', DESKTOP, {}, (p) => until(p, RUN, 'Update ETCD')],
  ['create-scheduler-light', DESKTOP, {}, (p) => until(p, RUN, 'Scheduler', 2)],
  ['create-scheduler-dark', DESKTOP, { Theme: 'Dark' }, (p) => until(p, RUN, 'Scheduler', 2)],
  ['create-scheduler-ko', DESKTOP, { Language: '한국어' }, (p) => until(p, RUN, 'Scheduler', 2)],
  ['create-kubelet-light', DESKTOP, {}, (p) => until(p, RUN, 'kubelet', 3)],
  ['running-light', DESKTOP, {}, (p) => end(p, RUN)],
  ['refused-403-light', DESKTOP, { Identity: 'alice' }, (p) => end(p, RUN, 'Why')],
  ['refused-403-dark', DESKTOP, { Theme: 'Dark', Identity: 'alice' }, (p) => end(p, RUN, 'Why')],
  ['refused-403-ko', DESKTOP, { Language: '한국어', Identity: 'alice' }, (p) => end(p, RUN, 'Why')],
  ['looked-for-light', DESKTOP, {}, (p) => narrated(p, 'kubectl apply -f pod.json', 'so kubectl creates it')],
  ['refused-409-light', DESKTOP, {}, async (p) => (await end(p, RUN), end(p, RUN, 'Why'))],
  [
    'pending-light',
    DESKTOP,
    {},
    (p) => end(p, `kubectl run big --image=nginx --overrides='{"spec":{"nodeSelector":{"disk":"ssd"}}}'`, 'Why'),
  ],
  ['scores-light', DESKTOP, {}, (p) => scores(p)],
  ['scores-ko', DESKTOP, { Language: '한국어' }, (p) => scores(p)],
  ['hood-light', DESKTOP, { Detail: 'Under the hood' }, (p) => until(p, RUN, 'Validate Request', 3)],
  ['hood-dark', DESKTOP, { Theme: 'Dark', Detail: 'Under the hood' }, (p) => until(p, RUN, 'Validate Request', 3)],
  ['hood-refused-light', DESKTOP, { Detail: 'Under the hood', Identity: 'alice' }, (p) => end(p, RUN, 'Why')],
  ['inspector-owners-light', DESKTOP, {}, async (p) => (await end(p, RUN, 'Stored object'), press(p, 'Field owners'))],
  ['inspector-owners-dark', DESKTOP, { Theme: 'Dark' }, async (p) => (await end(p, RUN, 'Stored object'), press(p, 'Field owners'))],
  ['inspector-table-light', DESKTOP, {}, (p) => end(p, 'kubectl get pods', 'Response')],
  ['inspector-table-ko', DESKTOP, { Language: '한국어' }, (p) => end(p, 'kubectl get pods', 'Response')],
  ['controllers-light', DESKTOP, {}, (p) => narrated(p, NAMESPACE, 'A controller asks')],
  ['controllers-dark', DESKTOP, { Theme: 'Dark' }, (p) => narrated(p, NAMESPACE, 'The controllers hear')],
  ['controllers-hood', DESKTOP, { Detail: 'Under the hood' }, (p) => narrated(p, NAMESPACE, 'A controller asks')],
  ['faults-light', DESKTOP, {}, faults],
  ['faults-dark', DESKTOP, { Theme: 'Dark' }, faults],
  ['faults-ko', DESKTOP, { Language: '한국어' }, async (p) => (await faults(p), p.keyboard.press('Escape'))],
  ['faults-members-light', DESKTOP, {}, members],
  ['faults-hood-light', DESKTOP, { Detail: 'Under the hood' }, async (p) => (await faults(p), p.keyboard.press('Escape'))],
  ['present-light', PROJECTOR, {}, async (p) => (await until(p, RUN, 'Scheduler', 2), p.getByRole('button', { name: /^Present/ }).click())],
  [
    'present-ko',
    PROJECTOR,
    {},
    async (p) => (await until(p, RUN, 'Scheduler', 2), await choose(p, 'Language', '한국어'), p.locator('[data-action="present"]').click()),
  ],
  ['wide-light', PROJECTOR, {}, (p) => until(p, RUN, 'Scheduler', 2)],
  ['phone-idle', PHONE, {}, rest],
  ['phone-create', PHONE, {}, (p) => until(p, RUN, 'Scheduler', 2)],
  ['phone-faults', PHONE, {}, faults],
  ['phone-ko', PHONE, { Language: '한국어' }, (p) => until(p, RUN, 'Scheduler', 2)],
]

await mkdir(out, { recursive: true })
const server = spawn('node', ['scripts/serve.mjs', '--port', String(PORT), ...(options.includes('--no-build') ? ['--no-build'] : [])], {
  stdio: ['ignore', 'pipe', 'inherit'],
})
await new Promise((resolve, reject) => {
  server.stdout.on('data', (text) => String(text).includes('http://') && resolve())
  server.on('exit', (code) => reject(new Error(`the server ended with ${code}`)))
})
const browser = await chromium.launch(await findBrowser())
let failed = 0
for (const [name, viewport, settings, act] of SCENES) {
  if (!name.includes(only)) continue
  const page = await browser.newPage({ viewport, deviceScaleFactor: viewport === PHONE ? 2 : 1, reducedMotion: 'reduce' })
  try {
    page.setDefaultTimeout(10_000)
    await page.goto(`http://127.0.0.1:${PORT}/`)
    await page.locator('[data-ready="true"]').waitFor()
    await apply(page, settings, act)
    await page.evaluate(() => document.fonts.ready)
    await page.waitForTimeout(400)
    await page.screenshot({ path: join(out, `${name}.png`) })
    console.log(`${name}.png`)
  } catch (error) {
    failed++
    console.log(`${name}: ${error.message.split('\n')[0]}`)
    await page.screenshot({ path: join(out, `${name}-failed.png`) }).catch(() => {})
  }
  await page.close()
}
await browser.close()
server.kill()
process.exit(failed ? 1 : 0)

/** The language last: the script finds things by their English names. */
async function apply(page, { Language, ...settings }, act) {
  for (const [group, option] of Object.entries(settings)) await choose(page, group, option)
  await act(page)
  if (Language) await choose(page, 'Language', Language)
}

async function choose(page, group, option) {
  const radios = page.getByRole('radiogroup', { name: group })
  if (!(await radios.isVisible())) {
    const button = page.getByRole('button', { name: new RegExp(`^${group}`) })
    if (!(await button.isVisible())) await page.locator('[data-action="menu"]').click()
    if (!(await radios.isVisible())) await button.click()
  }
  await radios.getByRole('radio', { name: option, exact: true }).check({ force: true })
  await page.keyboard.press('Escape')
}

async function rest() {}

async function press(page, name) {
  await page.getByRole('button', { name, exact: true }).click()
}

async function fault(page, name) {
  const button = page.getByRole('button', { name, exact: true })
  const menu = page.getByRole('button', { name: /^Faults/ })
  if (!(await menu.isVisible())) await page.locator('[data-action="menu"]').click()
  if (!(await button.isVisible())) await menu.click()
  await button.click()
}

/** The scheduler is down, a node without power, a link cut; the menu is open. */
async function faults(page) {
  for (const name of ['Stop kube-scheduler', 'Stop worker-1', 'Cut the link to worker-2 kubelet']) await fault(page, name)
}

/** Three members of etcd, of which the leader was stopped. */
async function members(page) {
  await fault(page, 'Start over with three members of etcd')
  await page.keyboard.press('Escape')
  await fault(page, 'Stop etcd-0')
  await page.keyboard.press('Escape')
  await end(page, RUN)
}

async function run(page, line) {
  await page.getByRole('textbox', { name: 'Command line' }).fill(line)
  await page.getByRole('button', { name: 'Run', exact: true }).click()
}

/** Runs a line and steps until a step is the current one, then `more` moments further. */
async function until(page, line, step, more = 0) {
  await run(page, line)
  const item = page.getByRole('list', { name: 'Six steps' }).getByRole('listitem', { name: new RegExp(step) })
  const forward = page.getByRole('button', { name: 'Step forward', exact: true })
  for (let i = 0; i < 120 && (await item.getAttribute('aria-current')) !== 'step'; i++) await forward.click()
  for (let i = 0; i < more; i++) await forward.click()
}

/** Runs a line and steps until the narration says so. */
async function narrated(page, line, words) {
  await run(page, line)
  const narration = page.getByRole('status', { name: 'Narration' })
  const forward = page.getByRole('button', { name: 'Step forward', exact: true })
  for (let i = 0; i < 200 && !(await narration.textContent()).includes(words); i++) await forward.click()
}

/** Until the scheduler has picked a node, with its table. */
async function scores(page) {
  await narrated(page, RUN, 'The scheduler picks a node')
  await page.getByRole('tab', { name: 'Why', exact: true }).click()
}

async function end(page, line, tab) {
  await run(page, line)
  await page.getByRole('button', { name: 'Jump to end', exact: true }).click()
  if (tab) await page.getByRole('tab', { name: tab, exact: true }).click()
}
