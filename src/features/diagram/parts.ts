// Parts of the picture that do not come with the page's first JavaScript (docs/adr/0004-what-loads-first.md).

import { laterPart } from './laterPart'

/** What tells of anything but the cluster at rest. */
export const telling = laterPart(() => import('./telling').then((m) => m.telling))
/** Marks on boxes, and the members of etcd. */
export const trouble = laterPart(() => import('./trouble').then((m) => m.trouble))
/** The second zoom. */
export const underTheHood = laterPart(() => import('./underTheHood').then((m) => m.underTheHood))

/** Loads them all, ahead of the first command: no picture waits for them then. */
export async function loadPicture(): Promise<void> {
  await Promise.all([telling.load(), trouble.load(), underTheHood.load()])
}
