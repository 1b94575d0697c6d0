import { describe, expect, it } from 'vitest'
import { validateAnnotationUpdate, validatePodAnnotations } from './annotations'
import { Path } from '../../validation/rules'
import { validateProfilesMatch, withAppArmorFields } from './profiles'
import type { Pod, PodSpec } from './types'

const APPARMOR = 'container.apparmor.security.beta.kubernetes.io/c'
const spec = (more: object = {}) => ({ containers: [{ name: 'c', ...more }] }) as unknown as PodSpec
const podWith = (annotations: Record<string, string>, more: object = {}) =>
  ({ metadata: { name: 'p', annotations }, spec: { ...spec(), ...more } }) as unknown as Pod
const at = Path.root('metadata').child('annotations')

describe('profiles that only an annotation names', () => {
  it('become fields, with a warning', () => {
    const warned: string[] = []
    const pod = withAppArmorFields(podWith({ [APPARMOR]: 'localhost/x' }), (text) => warned.push(text))
    expect(pod.spec.containers[0]!.securityContext).toEqual({ appArmorProfile: { type: 'Localhost', localhostProfile: 'x' } })
    expect(warned).toEqual([`metadata.annotations[${APPARMOR}]: deprecated since v1.30; use the "appArmorProfile" field instead`])
  })
  it('are no news where the Pod has the same one', () => {
    const warned: string[] = []
    const pod = podWith({ [APPARMOR]: 'unconfined' }, { securityContext: { appArmorProfile: { type: 'Unconfined' } } })
    expect(withAppArmorFields(pod, (text) => warned.push(text)).spec.containers[0]!.securityContext).toBeUndefined()
    expect(warned).toEqual([])
  })
  it('must be those of the fields', () => {
    const container = spec({ securityContext: { seccompProfile: { type: 'RuntimeDefault' } } })
    const fields = (text: string) =>
      validateProfilesMatch({ 'container.seccomp.security.alpha.kubernetes.io/c': text }, container, Path.root('spec')).map((e) => e.field)
    expect(fields('docker/default')).toEqual([])
    expect(fields('unconfined')).toEqual(['spec.containers[0].securityContext.seccompProfile.type'])
  })
  it('may not change once the Pod is stored', () => {
    expect(validateAnnotationUpdate({ [APPARMOR]: 'unconfined' }, {}, spec(), at).map((e) => e.detail)).toEqual([
      'may not add AppArmor annotations',
    ])
  })
})

describe('the cost of a deletion', () => {
  const COST = 'controller.kubernetes.io/pod-deletion-cost'
  it.each(['0', '-08', '2147483647'])('may be %s', (text) => {
    expect(validatePodAnnotations({ [COST]: text }, spec(), at)).toEqual([])
  })
  it.each(['', '+1', '08', '2147483648', '1.5'])('may not be %j, if it was a number before', (text) => {
    expect(validatePodAnnotations({ [COST]: text }, spec(), at)).toHaveLength(1)
    expect(validatePodAnnotations({ [COST]: text }, spec(), at, { [COST]: 'x' })).toEqual([])
  })
})
