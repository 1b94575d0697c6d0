import { expect, type Locator, type Page } from '@playwright/test'

export type StepName = 'Authenticate User' | 'Validate Request' | 'Retrieve Data' | 'Update ETCD' | 'Scheduler' | 'kubelet'

/** The page as a reader and a screen reader find it: by role and name only (English names). */
export class ApiscopePage {
  readonly topology: Locator
  readonly commandLine: Locator
  readonly terminal: Locator
  readonly playback: Locator
  readonly timeline: Locator
  readonly narration: Locator
  readonly steps: Locator
  readonly inspector: Locator

  constructor(readonly page: Page) {
    this.topology = page.getByRole('region', { name: 'Topology' })
    this.commandLine = page.getByRole('textbox', { name: 'Command line' })
    this.terminal = page.getByRole('log', { name: 'Terminal' })
    this.playback = page.getByRole('toolbar', { name: 'Playback' })
    this.timeline = page.getByRole('slider', { name: 'Timeline' })
    this.narration = page.getByRole('status', { name: 'Narration' })
    this.steps = page.getByRole('list', { name: 'Six steps' })
    this.inspector = page.getByRole('tablist', { name: 'Inspector' })
  }

  async open() {
    await this.page.goto('./')
    await this.ready()
  }

  /** The model has come to rest: the diagram shows its parts. */
  async ready() {
    await expect(this.box('kube-apiserver')).toBeVisible()
    await expect(this.box('worker-2')).toContainText('Ready')
  }

  box(name: 'User' | 'kube-apiserver' | 'etcd' | 'kube-scheduler' | 'worker-1' | 'worker-2') {
    return this.topology.getByRole('group', { name, exact: true })
  }

  step(name: StepName) {
    return this.steps.getByRole('listitem', { name: new RegExp(name) })
  }

  /** Opens the menu of faults, where it is not open, and presses one of its buttons. */
  async fault(name: string) {
    const button = this.page.getByRole('button', { name, exact: true })
    if (!(await button.isVisible())) await this.page.getByRole('button', { name: /^Faults/ }).click()
    await button.click()
  }

  /** What the last deed leads to has been lived through to its end. */
  async settled() {
    await expect(this.page.getByText('The cluster is still at work')).toHaveCount(0)
  }

  async run(line: string) {
    await this.commandLine.fill(line)
    await this.page.getByRole('button', { name: 'Run', exact: true }).click()
  }

  button(name: 'Play' | 'Pause' | 'Step forward' | 'Step back' | 'Jump to start' | 'Jump to end') {
    return this.playback.getByRole('button', { name, exact: true })
  }

  async moment() {
    return Number(await this.timeline.getAttribute('aria-valuenow'))
  }

  async lastMoment() {
    return Number(await this.timeline.getAttribute('aria-valuemax'))
  }

  async jumpToEnd() {
    await this.button('Jump to end').click()
    await expect(this.timeline).toHaveAttribute('aria-valuenow', String(await this.lastMoment()))
  }

  async choose(group: 'Language' | 'Theme' | 'Detail' | 'Identity', option: string) {
    const radios = this.page.getByRole('radiogroup', { name: group })
    if (!(await radios.isVisible())) await this.page.getByRole('button', { name: new RegExp(`^${group}`) }).click()
    await radios.getByRole('radio', { name: option, exact: true }).check({ force: true })
  }

  tab(name: 'Request' | 'Response' | 'Stored object' | 'Why') {
    return this.inspector.getByRole('tab', { name, exact: true })
  }
}
