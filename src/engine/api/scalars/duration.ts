// Ages as kubectl and the server's tables print them: fewer digits the older a thing is.
// Upstream: apimachinery pkg/util/duration/duration.go

/** `119s`, `5m12s`, `42m`, `3h5m`, `30h`, `3d4h`, `10d`, `2y3d`, `5y`; `<invalid>` for what is more than a second in the future. */
export function humanDuration(ms: number): string {
  const seconds = Math.trunc(ms / 1000)
  if (seconds < -1) return '<invalid>'
  if (seconds < 0) return '0s'
  if (seconds < 120) return `${seconds}s`
  const minutes = Math.trunc(seconds / 60)
  if (minutes < 10) return both(minutes, 'm', seconds % 60, 's')
  if (minutes < 180) return `${minutes}m`
  const hours = Math.trunc(minutes / 60)
  if (hours < 8) return both(hours, 'h', minutes % 60, 'm')
  if (hours < 48) return `${hours}h`
  const days = Math.trunc(hours / 24)
  if (hours < 192) return both(days, 'd', hours % 24, 'h')
  const years = Math.trunc(days / 365)
  if (days < 730) return `${days}d`
  if (days < 8 * 365) return both(years, 'y', days % 365, 'd')
  return `${years}y`
}

function both(large: number, unit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large}${unit}` : `${large}${unit}${small}${smallUnit}`
}
