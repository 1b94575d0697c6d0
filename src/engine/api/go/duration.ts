// A length of time as Go prints it.
// Upstream: Go time/time.go (Duration.String)

/** `0s`, `400ms`, `1.2s`, `1m20s`, `5m0s`, `1h0m0.5s`; of whole milliseconds, none negative. */
export function goDuration(millis: number): string {
  if (millis === 0) return '0s'
  if (millis < 1000) return `${millis}ms`
  const seconds = `${(millis % 60_000) / 1000}s`
  const minutes = Math.floor(millis / 60_000)
  if (minutes === 0) return seconds
  return minutes < 60 ? `${minutes}m${seconds}` : `${Math.floor(minutes / 60)}h${minutes % 60}m${seconds}`
}
