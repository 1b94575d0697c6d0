import { expect, it } from 'vitest'
import type { Answered } from '../../client/types'
import { SliceTracker } from './sliceTracker'
import type { EndpointSlice } from './types'
import { carriedOut } from './writeSlices'

it('a slice that is gone when it is to be deleted is a failure', () => {
  const slice: EndpointSlice = { metadata: { name: 'web-x', namespace: 'default', uid: 'x' }, addressType: 'IPv4' }
  const writing = carriedOut({ create: [], update: [], remove: [slice] }, 'default', 'for Service default/web', new SliceTracker())
  writing.next([])
  const { value } = writing.next([{ status: 404, headers: {}, body: { message: 'not found' } } as Answered])
  expect(value).toBe('failed to delete web-x EndpointSlice for Service default/web: not found')
})
