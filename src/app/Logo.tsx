export function Logo() {
  return (
    <svg className="logo" viewBox="-12 -12 24 24" aria-hidden="true">
      <circle r="8" />
      <path d="M0 -11 V-6 M0 11 V6 M-11 0 H-6 M11 0 H6" />
      <circle className="dot" r="3" />
    </svg>
  )
}
