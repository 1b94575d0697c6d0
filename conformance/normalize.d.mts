// Types of the rules of comparison, which come with the recordings as plain JavaScript.

export interface TranscriptLine {
  readonly line?: string
  readonly requests: readonly {
    readonly method: string
    readonly path: string
    readonly contentType?: string
    readonly body?: unknown
    readonly status: number
  }[]
  readonly exit: number
  readonly stdout: string
  readonly stderr: string
}

export interface Story {
  readonly steps: readonly unknown[]
  readonly audit: readonly unknown[]
  readonly watched: { readonly pods: readonly unknown[]; readonly events: readonly unknown[] }
}

export interface Difference {
  readonly path: string
  readonly want: unknown
  readonly got: unknown
}

export const COMPARED_HEADERS: readonly string[]
export function normalizeScenario(exchanges: readonly unknown[], options?: { readonly concurrent?: boolean }): unknown[]
export function differences(want: unknown, got: unknown, path?: string): Difference[]
export function normalizeTranscript(lines: readonly TranscriptLine[]): unknown[]
export function summarizeStory(story: Story): { writes: unknown; pods: unknown; events: unknown; answers: unknown }
