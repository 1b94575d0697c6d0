import { Suspense, lazy } from 'react'
import { fill } from '../../i18n/rich'
import { Menu } from '../../ui/Menu'
import type { FaultsSheetProps } from './FaultsSheet'

const FaultsSheet = lazy(async () => ({ default: (await import('./FaultsSheet')).FaultsSheet }))

export interface FaultsMenuProps extends FaultsSheetProps {
  readonly words: { readonly faults: string; readonly 'faults.none': string; readonly 'faults.inForce': string }
}

/** Says how much is broken; opens the sheet of everything that can be. */
export function FaultsMenu({ words, ...sheet }: FaultsMenuProps) {
  const count = sheet.inForce.length
  return (
    <Menu label={words.faults} value={count === 0 ? words['faults.none'] : fill(words['faults.inForce'], { count: String(count) })} wide>
      <Suspense>
        <FaultsSheet {...sheet} />
      </Suspense>
    </Menu>
  )
}
