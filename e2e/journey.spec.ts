import { expect, expectAccessible, test } from './fixtures'
import { ApiscopePage } from './pages/apiscopePage'

const RUN = 'kubectl run web --image=nginx'

test('a Pod is created: the request goes through the six steps until the Pod is Running', async ({ app }) => {
  await app.run(RUN)
  const first = await app.moment()
  expect(first).toBeGreaterThan(0)
  for (const step of ['Authenticate User', 'Validate Request', 'Retrieve Data', 'Update ETCD', 'Scheduler', 'kubelet'] as const) {
    await expect(async () => {
      if ((await app.step(step).getAttribute('aria-current')) !== 'step') await app.button('Step forward').click()
      await expect(app.step(step)).toHaveAttribute('aria-current', 'step', { timeout: 250 })
    }).toPass()
  }
  await app.jumpToEnd()
  await expect(app.terminal).toContainText('pod/web created')
  await app.run('kubectl get pod web')
  await app.jumpToEnd()
  await expect(app.terminal).toContainText(/web\s+1\/1\s+Running/)
})

test('playing goes forward by itself and ends; nothing un-pauses by itself', async ({ app }) => {
  await app.run(RUN)
  const start = await app.moment()
  await expect(app.button('Play')).toBeVisible()
  await app.button('Play').click()
  await expect.poll(() => app.moment()).toBeGreaterThan(start)
  await app.button('Pause').click()
  const paused = await app.moment()
  await app.button('Step back').click()
  await expect(app.timeline).toHaveAttribute('aria-valuenow', String(paused - 1))
  await app.button('Jump to start').click()
  await expect(app.timeline).toHaveAttribute('aria-valuenow', '0')
  await expect(app.button('Play')).toBeVisible()
})

test('a read is answered after step 3 and writes nothing', async ({ app }) => {
  await app.run('kubectl get pods')
  await app.jumpToEnd()
  await expect(app.terminal).toContainText(/db\s+1\/1\s+Running/)
  await expect(app.terminal).toContainText(/cache\s+1\/1\s+Running/)
})

test('the same name twice is refused with 409 where the key is checked', async ({ app }) => {
  await app.run(RUN)
  await app.run(RUN)
  await app.jumpToEnd()
  await expect(app.terminal).toContainText('Error from server (AlreadyExists): pods "web" already exists')
  await app.tab('Response').click()
  await expect(app.page.getByRole('tabpanel')).toContainText('409')
})

test('alice may not create Pods: 403, and why', async ({ app }) => {
  await app.choose('Identity', 'alice')
  await app.run(RUN)
  await app.jumpToEnd()
  await expect(app.terminal).toContainText(
    'Error from server (Forbidden): pods is forbidden: User "alice" cannot create resource "pods" in API group "" in the namespace "default"',
  )
  await app.tab('Why').click()
  await expect(app.page.getByRole('tabpanel')).toContainText('readers')
  await expectAccessible(app)
})

test('what would allow it can be tried: an admin applies it, and alice runs her command again', async ({ app, page }) => {
  await app.choose('Identity', 'alice')
  await app.run(RUN)
  await app.jumpToEnd()
  await app.tab('Why').click()
  await page.getByRole('tabpanel').focus()
  await page.keyboard.press('Tab')
  await expect(page.getByRole('button', { name: 'Try it' })).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(app.commandLine).toBeFocused()
  await expect(app.commandLine).toHaveValue(RUN)
  await app.jumpToEnd()
  await expect(app.terminal).toContainText('rolebinding.rbac.authorization.k8s.io/alice-pods-create created')
  await app.commandLine.press('Enter')
  await app.jumpToEnd()
  await expect(app.terminal).toContainText('pod/web created')
  await app.commandLine.press('ArrowUp')
  await app.commandLine.press('ArrowUp')
  await expect(app.commandLine).toHaveValue(RUN)
})

test('kubectl apply looks first: the 404 upon which it creates is no refusal', async ({ app }) => {
  await app.run('kubectl apply -f pod.json')
  await expect(async () => {
    await app.button('Step forward').click()
    await expect(app.narration).toContainText('so kubectl creates it', { timeout: 250 })
  }).toPass()
  await expect(app.step('Retrieve Data')).toContainText('not there')
  await expect(app.step('Retrieve Data')).toHaveAttribute('aria-description', 'done')
  await app.jumpToEnd()
  await expect(app.terminal).toContainText('pod/api created')
})

test('nobody sends no credential and is refused as system:anonymous', async ({ app }) => {
  await app.choose('Identity', 'nobody')
  await app.run('kubectl get pods')
  await app.jumpToEnd()
  await expect(app.terminal).toContainText('User "system:anonymous" cannot list resource "pods"')
})

test('a deleted Pod is gone after its kubelet has stopped it', async ({ app }) => {
  await app.run('kubectl delete pod db')
  await app.jumpToEnd()
  await expect(app.terminal).toContainText('pod "db" deleted from default namespace')
  await app.run('kubectl get pods')
  await app.jumpToEnd()
  await expect(app.terminal).not.toContainText(/\bdb\s+1\/1/)
})

test('a command typed while looking at the past runs at the end; Branch here replaces the future and can be undone', async ({ app }) => {
  await app.run(RUN)
  const end = await app.lastMoment()
  await app.button('Jump to start').click()
  await app.run('kubectl get pods')
  expect(await app.lastMoment()).toBeGreaterThan(end)
  expect(await app.moment()).toBeGreaterThanOrEqual(end)
  await app.button('Jump to start').click()
  await app.button('Step forward').click()
  await app.page.getByRole('button', { name: 'Branch here' }).click()
  expect(await app.lastMoment()).toBeLessThan(end)
  await app.page.getByRole('button', { name: /^Undo/ }).click()
  expect(await app.lastMoment()).toBeGreaterThan(end)
})

test('without a scheduler a Pod stays Pending; when it starts again, the Pod runs', async ({ app, page }) => {
  await app.fault('Stop kube-scheduler')
  await expect(page.getByRole('button', { name: 'Start kube-scheduler' })).toBeVisible()
  await expectAccessible(app)
  await expect(app.narration).toContainText('Nothing places new Pods now')
  await expect(app.topology.getByRole('group', { name: 'kube-scheduler: down' })).toBeVisible()
  await app.run('kubectl run web --image=nginx')
  await app.run('kubectl get pods')
  await app.jumpToEnd()
  await expect(app.terminal).toContainText(/web\s+0\/1\s+Pending/)
  await page.reload()
  await app.ready()
  await expect(page.getByRole('button', { name: 'Faults: 1 in force' })).toBeVisible()
  await app.fault('Start kube-scheduler')
  await app.run('kubectl get pods')
  await app.jumpToEnd()
  await expect(app.terminal).toContainText(/web\s+1\/1\s+Running/)
  await expect(app.topology.getByRole('group', { name: 'kube-scheduler: down' })).toHaveCount(0)
})

test('a watch that has fallen silent tells nothing: the Pod stays Pending until it is opened anew', async ({ app, page }) => {
  await app.fault('Silence the watch of kube-scheduler on Pods')
  await expect(app.narration).toContainText('A watch of kube-scheduler falls silent')
  await expect(app.topology.getByRole('group', { name: 'kube-scheduler: watch silent' })).toBeVisible()
  await expectAccessible(app)
  await page.keyboard.press('Escape')
  await app.run('kubectl run web --image=nginx')
  await app.run('kubectl get pods')
  await app.jumpToEnd()
  await expect(app.terminal).toContainText(/web\s+0\/1\s+Pending/)
  await app.fault('Reopen the watch of kube-scheduler on Pods')
  await page.keyboard.press('Escape')
  await app.run('kubectl get pods')
  await app.jumpToEnd()
  await expect(app.terminal).toContainText(/web\s+1\/1\s+Running/)
  await expect(app.topology.getByRole('group', { name: 'kube-scheduler: watch silent' })).toHaveCount(0)
})

test('kubectl waits until what it deletes is gone: the 404 that it hopes for is no refusal', async ({ app }) => {
  await app.run('kubectl create configmap a --from-literal=x=y')
  await app.run('kubectl delete configmap a')
  await app.jumpToEnd()
  await expect(app.narration).toContainText('as hoped')
  await expect(app.terminal).toContainText('configmap "a" deleted')
  await expect(app.step('Update ETCD')).toHaveAttribute('aria-description', 'done')
})

test('a request that is refused between the steps has its place there', async ({ app }) => {
  await app.run('curl -k https://127.0.0.1:6443/api/v1/widgets')
  await app.jumpToEnd()
  await expect(app.steps.getByRole('listitem', { name: 'Stopped here' })).toContainText('404')
  await expect(app.step('Validate Request')).toHaveAttribute('aria-description', 'done')
  await expectAccessible(app)
})

test('a node that dies is believed dead after a while, and its Pods go elsewhere', async ({ app, page }) => {
  await app.run('kubectl create deployment web --image=nginx --replicas=2')
  await app.fault('Stop worker-1')
  await page.keyboard.press('Escape')
  await expect(app.narration).toContainText('worker-1 loses power')
  await expect(app.box('worker-1')).toContainText('Ready')
  await app.button('Step forward').click()
  await expect(app.narration).toContainText('worker-1 has fallen silent')
  await expect(app.narration).toContainText('seconds later')
  await app.run('kubectl get nodes')
  await app.run('kubectl get pods')
  await app.jumpToEnd()
  await expect(app.box('worker-1')).toContainText('NotReady')
  await expect(app.box('worker-1')).toContainText('unreachable:NoExecute')
  await expect(app.terminal).toContainText(/worker-1\s+NotReady/)
  await expect(app.terminal).toContainText(/Terminating[^]*Running|Running[^]*Terminating/)
  await expectAccessible(app)
  await page.reload()
  await app.ready()
  await expect(app.box('worker-1')).toContainText('NotReady')
})

test('heartbeats are kept out of the story until the switch asks for them', async ({ app, page }) => {
  await app.fault('Stop worker-1')
  await page.keyboard.press('Escape')
  await app.settled()
  const plain = await app.lastMoment()
  await page.getByRole('button', { name: /^Detail/ }).click()
  await page.getByRole('switch', { name: 'Heartbeats of nodes' }).check()
  await expect.poll(() => app.lastMoment()).toBeGreaterThan(plain + 30)
  await page.getByRole('switch', { name: 'Heartbeats of nodes' }).uncheck()
  await expect.poll(() => app.lastMoment()).toBe(plain)
})

test('three members of etcd: replication, one lost, quorum lost and back', async ({ app, page }) => {
  await app.fault('Start over with three members of etcd')
  await app.choose('Detail', 'Under the hood')
  await page.keyboard.press('Escape')
  await app.run(RUN)
  while (!/To the other members/.test(await app.narration.innerText())) await app.button('Step forward').click()
  await app.button('Step forward').click()
  await expect(app.narration).toContainText('A majority has it')
  await expect(app.box('etcd')).toContainText('a write counts once 2 of 3 members have it')
  await expectAccessible(app)
  await app.fault('Stop etcd-0')
  await app.fault('Stop etcd-1')
  await app.jumpToEnd()
  await expect(app.box('etcd')).toContainText('no quorum')
  await app.fault('Start etcd-0')
  await app.jumpToEnd()
  await expect(app.box('etcd')).not.toContainText('no quorum')
})

test('reload keeps commands and position', async ({ app }) => {
  await app.run(RUN)
  await app.button('Step forward').click()
  const moment = await app.moment()
  const last = await app.lastMoment()
  await app.page.reload()
  await app.ready()
  await expect(app.timeline).toHaveAttribute('aria-valuemax', String(last))
  await expect(app.timeline).toHaveAttribute('aria-valuenow', String(moment))
})

test('what is not modelled says so and keeps the text', async ({ app }) => {
  await app.run('kubectl frobnicate')
  await app.jumpToEnd()
  await expect(app.terminal).toContainText('unknown command "frobnicate" for "kubectl"')
})

test('curl speaks to the same server', async ({ app }) => {
  await app.run('curl -k https://127.0.0.1:6443/api/v1/namespaces/default/pods/nope')
  await app.jumpToEnd()
  await expect(app.terminal).toContainText('"message": "pods \\"nope\\" not found"')
})

test('the picture stands before the engine is there, and a command typed then waits for it', async ({ page }) => {
  let release = () => {}
  const released = new Promise<void>((resolve) => (release = resolve))
  await page.route(/bootstrap-.*\.json$/, async (route) => {
    await released
    await route.continue()
  })
  const app = new ApiscopePage(page)
  await app.open()
  await expect(app.page.getByRole('group', { name: 'worker-1' })).toContainText('db')
  await app.commandLine.fill(RUN)
  await app.commandLine.press('Enter')
  expect(await app.moment()).toBe(0)
  release()
  await expect.poll(() => app.moment()).toBeGreaterThan(0)
})
