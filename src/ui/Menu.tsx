import { useEffect, useRef, useState } from 'react'

export interface MenuProps {
  readonly label: string
  /** Shown in bold after the label. */
  readonly value: React.ReactNode
  readonly opens?: 'down' | 'up'
  readonly wide?: boolean
  readonly children: React.ReactNode
}

/** A button that opens a sheet; closed by Escape, by a click elsewhere, and when the focus leaves. */
export function Menu({ label, value, opens = 'down', wide = false, children }: MenuProps) {
  const [open, setOpen] = useState(false)
  const place = useRef<HTMLDivElement>(null)
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
      className={`menu ${opens} ${wide ? 'wide' : ''}`}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || !open) return
        event.stopPropagation()
        setOpen(false)
        place.current?.querySelector('button')?.focus()
      }}
    >
      <button type="button" className="button" aria-expanded={open} onClick={() => setOpen(!open)}>
        {`${label}: `}
        <strong>{value}</strong>
        <span aria-hidden="true"> ▾</span>
      </button>
      {open && <div className="menu-sheet">{children}</div>}
    </div>
  )
}
