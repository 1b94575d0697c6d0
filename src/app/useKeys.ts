import { useEffect } from 'react'

export interface Keys {
  readonly presenting: boolean
  toggle(): void
  step(by: number): void
  seek(to: 'start' | 'end'): void
  command(): void
  help(): void
  present(on: boolean): void
}

/** The page's keys. Those of a control that has the focus come first. */
export function useKeys(keys: Keys): void {
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return
      if (document.querySelector('dialog[open]') || belongsToControl(event)) return
      const act = actionOf(event.key, keys)
      if (!act) return
      event.preventDefault()
      act()
    }
    document.addEventListener('keydown', pressed)
    return () => document.removeEventListener('keydown', pressed)
  }, [keys])
}

function actionOf(key: string, keys: Keys): (() => void) | null {
  switch (key) {
    case ' ':
      return keys.toggle
    case 'ArrowRight':
      return () => keys.step(1)
    case 'ArrowLeft':
      return () => keys.step(-1)
    case 'PageDown':
      return keys.presenting ? () => keys.step(1) : null
    case 'PageUp':
      return keys.presenting ? () => keys.step(-1) : null
    case '.':
      return keys.presenting ? keys.toggle : null
    case 'Home':
      return () => keys.seek('start')
    case 'End':
      return () => keys.seek('end')
    case '/':
      return keys.command
    case '?':
      return keys.help
    case 'p':
    case 'P':
      return () => keys.present(!keys.presenting)
    case 'Escape':
      return keys.presenting ? () => keys.present(false) : null
    default:
      return null
  }
}

function belongsToControl({ target, key }: KeyboardEvent): boolean {
  if (!(target instanceof HTMLElement)) return false
  if (target instanceof HTMLInputElement) return target.type !== 'radio' || key === ' ' || key.startsWith('Arrow')
  return key === ' ' && target instanceof HTMLButtonElement
}
