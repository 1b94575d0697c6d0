import { expect, it } from 'vitest'
import { Path } from '../../validation/rules'
import { volumeWarnings } from './volumeWarnings'

it("files in each other's way are warned of, with where they come from", () => {
  const volumes = [
    { name: 'm', configMap: { name: 'c', items: [{ path: 'a' }, { path: 'b' }, { path: 'a/x' }] } },
    { name: 'p', projected: { sources: [{ secret: { name: 's', items: [{ path: 't' }] } }, { serviceAccountToken: { path: 't/' } }] } },
  ]
  expect(volumeWarnings(volumes, Path.root('spec').child('volumes'))).toEqual([
    'volume "m" (ConfigMap "c"): overlapping paths: "a/x" with "a"',
    'volume "p" (Projected): overlapping paths: "t" (ServiceAccountToken) with "t" (Secret "s")',
  ])
})
