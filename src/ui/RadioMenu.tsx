import { useEffect, useRef, useState } from 'react'
import { RadioGroup, type RadioGroupProps } from './RadioGroup'

export interface RadioMenuProps<T extends string> extends Omit<RadioGroupProps<T>, 'layout'> {
  readonly opens?: 'down' | 'up'
}

/** A button that opens a group of radios; closed by Escape, by a click elsewhere, and when the focus leaves. */
export function RadioMenu<T extends string>({ opens = 'down', ...group }: RadioMenuProps<T>) {
  const [open, setOpen] = useState(false)
  const place = useRef<HTMLDivElement>(null)
  const chosen = group.options.find((option) => option.value === group.value)
  useEffect(() => {
    if (!open) return
    const outside = (event: Event) => place.current?.contains(event.target as Node) || setOpen(false)
    document.addEventListener('pointerdown', outside)
    document.addEventListener('focusin', outside)
    return () => {
      document.removeEventListener('pointerdown', outside)
      document.removeEventListener('focusin', outside)
    }
  }, [open])
  return (
    <div
      ref={place}
      className={`menu ${opens}`}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || !open) return
        event.stopPropagation()
        setOpen(false)
        place.current?.querySelector('button')?.focus()
      }}
    >
      <button
        type="button"
        className="button"
        aria-expanded={open}
        aria-label={`${group.label}: ${chosen?.name ?? ''}`}
        onClick={() => setOpen(!open)}
      >
        {`${group.label}: `}
        <strong>{chosen?.name}</strong>
        <span aria-hidden="true"> ▾</span>
      </button>
      {open && (
        <div className="menu-sheet">
          <RadioGroup {...group} />
        </div>
      )}
    </div>
  )
}
