import { gzipSync } from 'node:zlib'
import type { Request } from '@playwright/test'
import { expect, expectAccessible, test } from './fixtures'

const SIZES = [
  { width: 1440, height: 900 },
  { width: 1920, height: 1080 },
  { width: 390, height: 844 },
]

for (const size of SIZES) {
  test.describe(`${size.width}×${size.height}`, () => {
    test.use({ viewport: size })

    test('nothing sticks out of the page, and axe finds nothing, at rest and in the middle of a create', async ({ app }) => {
      await expectAccessible(app)
      await app.run('kubectl run web --image=nginx')
      await app.button('Step forward').click()
      await expectAccessible(app)
      const overflow = await app.page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
      expect(overflow).toBeLessThanOrEqual(0)
    })
  })
}

test('Korean: the page speaks it, and says so', async ({ app }) => {
  await app.choose('Language', '한국어')
  await expect(app.page.locator('html')).toHaveAttribute('lang', 'ko')
  await expectAccessible(app)
})

test('dark theme keeps its contrast', async ({ app }) => {
  await app.choose('Theme', 'Dark')
  await app.run('kubectl run web --image=nginx')
  await app.jumpToEnd()
  await expectAccessible(app)
})

test('under the hood shows every stage of the handler chain', async ({ app }) => {
  await app.run('kubectl run web --image=nginx')
  const coarse = await app.lastMoment()
  await app.choose('Detail', 'Under the hood')
  expect(await app.lastMoment()).toBeGreaterThan(coarse)
  for (const stage of ['authentication', 'audit', 'impersonation', 'authorization', 'mutating admission', 'validation']) {
    await expect(app.box('kube-apiserver')).toContainText(stage)
  }
})

test('works where storage is blocked', async ({ page }) => {
  await page.addInitScript(() => {
    Object.defineProperty(window, 'localStorage', {
      get() {
        throw new DOMException('blocked', 'SecurityError')
      },
    })
  })
  await page.goto('./')
  await expect(page.getByRole('region', { name: 'Topology' })).toBeVisible()
})

test('first JavaScript, as it really comes until the picture can be used, stays within 160 kB', async ({ page }) => {
  const scripts: Promise<Buffer>[] = []
  let later = 0
  let engineAsked = false
  // What loads the engine is held back, and what is asked for with it is not counted: the picture must stand without them.
  await page.route(/\/model-[^/]*\.js$/, () => void later++)
  page.on('request', (request) => {
    if (/\/model-[^/]*\.js$/.test(request.url())) engineAsked = true
    else if (request.url().endsWith('.js') && !engineAsked) scripts.push(bodyOf(request))
  })
  await page.goto('./')
  const topology = page.getByRole('region', { name: 'Topology' })
  await expect(topology.getByRole('group', { name: 'worker-1', exact: true })).toContainText('db')
  await expect.poll(() => later).toBe(1)
  const bytes = (await Promise.all(scripts)).map((body) => gzipSync(body, { level: 9 }).length).reduce((a, b) => a + b, 0)
  expect(bytes).toBeGreaterThan(50_000)
  expect(bytes).toBeLessThanOrEqual(160_000)
})

async function bodyOf(request: Request): Promise<Buffer> {
  const response = await request.response()
  return response!.body()
}
