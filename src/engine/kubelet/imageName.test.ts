import { describe, expect, it } from 'vitest'
import { living, said, SECOND, webOf } from '../testing/livingPod'
import { imageNameProblem, splitDomain } from './imageName'

const why = (image: string) => imageNameProblem(image)?.replace(`couldn't parse image name "${image}": `, '') ?? null

describe('the name of an image', () => {
  const hex = 'a'.repeat(64)

  it.each([
    'nginx',
    'nginx:1.27',
    'nginx:1.27-Alpine_3',
    'a__b/c--d/e.f:x',
    `nginx@sha256:${hex}`,
    `nginx:1.27@sha256:${hex}`,
    'localhost/nginx',
    'registry:5000/nginx',
    '[::1]:5000/nginx',
    'Bad/name:1',
    `nginx:${'t'.repeat(128)}`,
  ])('may be %s', (image) => {
    expect(imageNameProblem(image)).toBeNull()
  })

  it.each([
    ['nginx:bad tag', 'invalid reference format'],
    ['nginx:-x', 'invalid reference format'],
    ['nginx:bad!', 'invalid reference format'],
    ['nginx:', 'invalid reference format'],
    ['a___b', 'invalid reference format'],
    ['a//b', 'invalid reference format'],
    ['-a.b/c', 'invalid reference format'],
    [`nginx:${'t'.repeat(129)}`, 'invalid reference format'],
    ['nginx@sha256:abc', 'invalid reference format'],
    [`nginx@sha256:${'a'.repeat(63)}`, 'invalid checksum digest length'],
    [`nginx@sha256:${'A'.repeat(64)}`, 'invalid checksum digest format'],
    [`nginx@md:${'a'.repeat(32)}`, 'unsupported digest algorithm'],
    ['Nginx', 'invalid reference format: repository name (library/Nginx) must be lowercase'],
    ['Bad/Name:1', 'invalid reference format: repository name (Name) must be lowercase'],
    ['bad/Name:1', 'invalid reference format: repository name (bad/Name) must be lowercase'],
    [hex, `invalid repository name (${hex}), cannot specify 64-byte hexadecimal strings`],
    ['a'.repeat(256), 'repository name must not be more than 255 characters'],
  ])('may not be %s', (image, problem) => {
    expect(why(image)).toBe(problem)
  })

  it('has a registry if it begins with what looks like one', () => {
    expect(splitDomain('index.docker.io/nginx')).toEqual({ domain: 'docker.io', rest: 'library/nginx' })
    expect(splitDomain('Bad/name:1')).toEqual({ domain: 'Bad', rest: 'name:1' })
    expect(splitDomain('team/name:1')).toEqual({ domain: 'docker.io', rest: 'team/name:1' })
  })
})

it('an image whose name is none is not pulled, and its container says so', () => {
  const cluster = living({ containers: [{ name: 'web', image: 'nginx:bad tag' }] }, 4 * SECOND)
  const message = `Failed to apply default image tag "nginx:bad tag": couldn't parse image name "nginx:bad tag": invalid reference format`
  expect(said(cluster)).toEqual(expect.arrayContaining([`InspectFailed: ${message}`, 'Failed: Error: InvalidImageName']))
  expect(webOf(cluster).status.containerStatuses![0]!.state).toEqual({ waiting: { reason: 'InvalidImageName', message } })
})

it('an image of a registry that is named with capitals runs', () => {
  const cluster = living({ containers: [{ name: 'web', image: 'Team/name:1' }] }, 4 * SECOND)
  expect(webOf(cluster).status.containerStatuses![0]).toMatchObject({ ready: true, image: 'Team/name:1' })
})

it('an image that is named by its digest has no other', () => {
  const digest = `sha256:${'a'.repeat(64)}`
  const cluster = living({ containers: [{ name: 'web', image: `nginx:1.27@${digest}` }] }, 4 * SECOND)
  expect(webOf(cluster).status.containerStatuses![0]).toMatchObject({ ready: true, imageID: `docker.io/library/nginx@${digest}` })
})
