import { expect, test } from './fixtures'

test.use({ contextOptions: { reducedMotion: 'reduce' } })

test('the whole journey by keyboard alone, with reduced motion', async ({ app }) => {
  const { page } = app
  await page.keyboard.press('/')
  await expect(app.commandLine).toBeFocused()
  await page.keyboard.type('kubectl run web --image=nginx')
  await page.keyboard.press('Enter')
  await page.keyboard.press('Escape')
  await expect(app.timeline).not.toHaveAttribute('aria-valuenow', '0')
  await app.settled()
  const first = await app.moment()
  await page.keyboard.press('ArrowRight')
  await expect(app.timeline).toHaveAttribute('aria-valuenow', String(first + 1))
  await page.keyboard.press('ArrowLeft')
  await expect(app.timeline).toHaveAttribute('aria-valuenow', String(first))
  await page.keyboard.press('End')
  await expect(app.timeline).toHaveAttribute('aria-valuenow', String(await app.lastMoment()))
  await page.keyboard.press('Home')
  await expect(app.timeline).toHaveAttribute('aria-valuenow', '0')
  await page.keyboard.press(' ')
  await expect(app.button('Pause')).toBeVisible()
  await page.keyboard.press(' ')
  await expect(app.button('Play')).toBeVisible()
  await page.keyboard.press('?')
  await expect(page.getByRole('dialog')).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(page.getByRole('dialog')).toBeHidden()
})

test('history comes back with the arrow keys, Ctrl-C ends a watch', async ({ app }) => {
  const { page } = app
  await app.run('kubectl get pods -w')
  await page.keyboard.press('/')
  await page.keyboard.press('Control+C')
  await page.keyboard.press('ArrowUp')
  await expect(app.commandLine).toHaveValue('kubectl get pods -w')
})
