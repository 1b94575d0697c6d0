import { describe, expect, it } from 'vitest'
import { fieldErrorText } from '../errors/fieldErrorText'
import type { ApiObject, JsonObject } from '../object'
import { Path } from '../validation/rules'
import { validateVolume, validateVolumeUpdate } from './persistentvolume/validation'
import { validateVolumes } from './pod/volumes'

const inPod = (source: JsonObject) => validateVolumes([{ name: 'v', ...source }], Path.root('volumes')).errors.map(fieldErrorText)
const volume = (more: JsonObject, name = 'v') =>
  ({
    metadata: { name },
    spec: { capacity: { storage: '1Gi' }, accessModes: ['ReadWriteOnce'], volumeMode: 'Filesystem', ...more },
  }) as unknown as ApiObject
const ofVolume = (source: JsonObject) => validateVolume(volume(source)).map(fieldErrorText)

describe('sources of volumes', () => {
  it.each([
    [{ fc: { targetWWNs: ['w'] } }, ['volumes[0].fc.lun: Required value: lun is required if targetWWNs is specified']],
    [
      { iscsi: { targetPortal: 'p', iqn: 'x', lun: 0 } },
      ['volumes[0].iscsi.iqn: Invalid value: "x": must be valid format starting with iqn, eui, or naa'],
    ],
    [
      { gcePersistentDisk: { pdName: 'd', partition: 256 } },
      ['volumes[0].persistentDisk.partition: Invalid value: 256: must be between 1 and 255, inclusive'],
    ],
    [{ hostPath: { path: '/p' }, cephfs: { monitors: [] } }, ['volumes[0].cephFS: Forbidden: may not specify more than 1 volume type']],
    [
      {
        ephemeral: {
          volumeClaimTemplate: {
            metadata: { name: 'n' },
            spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1' } } },
          },
        },
      },
      ['volumes[0].ephemeral.volumeClaimTemplate.metadata.name: Forbidden: cannot be set'],
    ],
  ] as const)('in a Pod: %j', (source, expected) => {
    expect(inPod(source as unknown as JsonObject)).toEqual(expected)
  })

  it.each([
    [{ iscsi: { targetPortal: 'p', iqn: 'x', lun: 0 } }, ['spec.iscsi.iqn: Invalid value: "x": must be valid format']],
    [{ local: { path: '/p' } }, ['spec.nodeAffinity: Required value: Local volume requires node affinity']],
    [
      { csi: { driver: 'd', volumeHandle: 'h', nodeExpandSecretRef: { name: 's' } } },
      ['spec.csi.nodeExpandSecretRef.namespace: Required value'],
    ],
    [
      { hostPath: { path: '/../' }, persistentVolumeReclaimPolicy: 'Recycle' },
      [
        `spec.hostPath.path: Invalid value: "/../": must not contain '..'`,
        "spec.persistentVolumeReclaimPolicy: Forbidden: may not be 'recycle' for a hostPath mount of '/'",
      ],
    ],
  ] as const)('of a PersistentVolume: %j', (source, expected) => {
    expect(ofVolume(source as unknown as JsonObject)).toEqual(expected)
  })

  it('stay what they are, but a Secret to expand with may be named later', () => {
    const csi = { driver: 'd', volumeHandle: 'h' }
    const later = { ...csi, controllerExpandSecretRef: { name: 's', namespace: 'n' } }
    expect(validateVolumeUpdate(volume({ csi: later }), volume({ csi }))).toEqual([])
    expect(validateVolumeUpdate(volume({ csi }), volume({ csi: later })).map((e) => e.field)).toEqual(['spec.persistentvolumesource'])
  })
})
