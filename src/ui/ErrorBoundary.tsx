import { Component, type ReactNode } from 'react'
import { Failed } from './Failed'

export interface ErrorBoundaryProps {
  readonly message: string
  readonly retry: string
  readonly children: ReactNode
}

/** Keeps the failure of one part of the page from taking the rest with it. */
export class ErrorBoundary extends Component<ErrorBoundaryProps, { readonly failed: boolean }> {
  override state = { failed: false }

  static getDerivedStateFromError() {
    return { failed: true }
  }

  override render() {
    const { message, retry, children } = this.props
    if (!this.state.failed) return children
    return <Failed message={message} retry={retry} onRetry={() => this.setState({ failed: false })} />
  }
}
