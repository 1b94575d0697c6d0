import { AxeBuilder } from '@axe-core/playwright'
import { expect, test as base } from '@playwright/test'
import { ApiscopePage } from './pages/apiscopePage'

/** `app` is the opened page; a test fails when the page logs an error or asks anyone but itself for anything. */
export const test = base.extend<{ app: ApiscopePage }>({
  app: async ({ page, baseURL }, use) => {
    const errors: string[] = []
    page.on('pageerror', (error) => errors.push(`page error: ${error.message}`))
    page.on('console', (message) => {
      if (message.type() === 'error') errors.push(`console: ${message.text()}`)
    })
    page.on('request', (request) => {
      if (!request.url().startsWith(baseURL!) && !request.url().startsWith('data:') && !request.url().startsWith('blob:'))
        errors.push(`a request left the page: ${request.url()}`)
    })
    const app = new ApiscopePage(page)
    await app.open()
    await use(app)
    expect(errors).toEqual([])
  },
})

export async function expectAccessible(app: ApiscopePage) {
  const { violations } = await new AxeBuilder({ page: app.page }).analyze()
  expect(violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.target.join(' ')).join(', ')}`)).toEqual([])
}

export { expect }
