export interface FailedProps {
  readonly message: string
  readonly retry: string
  readonly onRetry: () => void
}

/** Says that something failed, and lets the reader try again. */
export function Failed({ message, retry, onRetry }: FailedProps) {
  return (
    <div className="failed" role="alert">
      <p>{message}</p>
      <button type="button" className="button" onClick={onRetry}>
        {retry}
      </button>
    </div>
  )
}
