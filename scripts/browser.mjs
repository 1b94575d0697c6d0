// Finds a Chromium that really launches, and installs one where there is none: e2e and screenshots run on a bare machine.
// Order: CHROMIUM_PATH, Playwright's own, the system's, the one inside @sparticuz/chromium, Playwright's download, Debian's package.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliDecompressSync } from 'node:zlib'
import { chromium } from '@playwright/test'

export const LAUNCH_ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]
const SYSTEM = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
]

/** Launch options of a browser that was just seen to open a page. Throws, naming all that was tried. */
export async function findBrowser() {
  const tried = []
  for (const [name, options] of candidates()) {
    try {
      const found = await options()
      if (!found) continue
      const launch = { ...found, args: [...LAUNCH_ARGS, ...(found.args ?? [])] }
      const browser = await chromium.launch(launch)
      // Two pages in turn: a Chromium in one process opens the first, and dies with it.
      for (const word of ['hello', 'again']) {
        const page = await browser.newPage()
        await page.goto(`data:text/html,<p>${word}</p>`)
        await page.context().close()
      }
      await browser.close()
      return launch
    } catch (error) {
      tried.push(`${name}: ${String(error.message ?? error).split('\n')[0]}`)
    }
  }
  throw new Error(`no Chromium launches here. Tried:\n${tried.join('\n')}\nSet CHROMIUM_PATH to one.`)
}

function* candidates() {
  if (process.env.CHROMIUM_PATH) yield ['CHROMIUM_PATH', async () => ({ executablePath: process.env.CHROMIUM_PATH })]
  yield ["Playwright's own", async () => (existsSync(chromium.executablePath()) ? {} : null)]
  for (const path of SYSTEM) yield [path, async () => (existsSync(path) ? { executablePath: path } : null)]
  yield ['@sparticuz/chromium', sparticuz]
  yield ['playwright install', async () => run('npx', ['playwright', 'install', 'chromium']) && {}]
  yield [
    'apt-get install chromium',
    async () => run('apt-get', ['update']) && run('apt-get', ['install', '-y', 'chromium']) && { executablePath: '/usr/bin/chromium' },
  ]
}

/** A Chromium for servers that comes inside an npm package (Linux x64), with the libraries that a bare system lacks. */
async function sparticuz() {
  if (process.platform !== 'linux' || process.arch !== 'x64') return null
  const { default: packed } = await import('@sparticuz/chromium')
  const executablePath = await packed.executablePath()
  const libraries = unpackLibraries()
  return {
    executablePath,
    args: packed.args.filter((a) => a.startsWith('--headless')),
    env: { ...process.env, LD_LIBRARY_PATH: [libraries, process.env.LD_LIBRARY_PATH].filter(Boolean).join(':') },
  }
}

function unpackLibraries() {
  const bin = 'node_modules/@sparticuz/chromium/bin'
  const archive = readdirSync(bin).find((f) => f.startsWith('al2023.tar'))
  const out = 'node_modules/.cache/apiscope/chromium-libraries'
  if (archive && !existsSync(join(out, 'lib'))) {
    mkdirSync(out, { recursive: true })
    writeFileSync(join(out, 'lib.tar'), brotliDecompressSync(readFileSync(join(bin, archive))))
    execFileSync('tar', ['-xf', join(out, 'lib.tar'), '-C', out])
  }
  return join(process.cwd(), out, 'lib')
}

function run(command, args) {
  execFileSync(command, args, { stdio: 'ignore', timeout: 600_000 })
  return true
}
