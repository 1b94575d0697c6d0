import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../../../base/json'
import { featuresToRun, featuresToUpdate, missingFeatures } from './nodeFeatures'
import type { PodSpec } from './types'

const web = { name: 'web', image: 'nginx' }
const cpu = (amount: string) => ({ resources: { requests: { cpu: amount } } })
const spec = (more: JsonObject = {}) => ({ containers: [web], ...more }) as unknown as PodSpec
const onExit = (action: string) => ({ restartPolicyRules: [{ action, exitCodes: { operator: 'In', values: [1] } }] })

describe('the features of a node that a Pod needs', () => {
  it('are those of restarting all containers, where a rule says so', () => {
    const all = ['RestartAllContainersOnContainerExits']
    expect(featuresToRun(spec({ containers: [{ ...web, ...onExit('RestartAllContainers') }] }))).toEqual(all)
    expect(featuresToRun(spec({ initContainers: [{ ...web, ...onExit('RestartAllContainers') }] }))).toEqual(all)
    expect(featuresToRun(spec({ containers: [{ ...web, ...onExit('Restart') }] }))).toEqual([])
  })

  it('are those of the resize, where that is not of containers that run', () => {
    const pods = ['InPlacePodLevelResourcesVerticalScaling']
    expect(featuresToUpdate(spec(cpu('2')), spec(cpu('1')))).toEqual(pods)
    expect(featuresToUpdate(spec(cpu('2')), spec())).toEqual(pods)
    expect(featuresToUpdate(spec({ containers: [{ ...web, ...cpu('2') }] }), spec({ containers: [{ ...web, ...cpu('1') }] }))).toEqual([])
    const init = (amount: string, more: JsonObject = {}) => spec({ initContainers: [{ ...web, ...cpu(amount), ...more }] })
    expect(featuresToUpdate(init('2'), init('1'))).toEqual(['InPlacePodVerticalScalingInitContainers'])
    expect(featuresToUpdate(init('2', { restartPolicy: 'Always' }), init('1', { restartPolicy: 'Always' }))).toEqual([])
  })

  it('are missing where the node does not declare them', () => {
    expect(missingFeatures(['A', 'B'], ['B', 'C'])).toEqual(['A'])
    expect(missingFeatures(['A'])).toEqual(['A'])
  })
})
