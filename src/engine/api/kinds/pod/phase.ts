// Whether a Pod of this phase has ended; one that has stays so.
// Upstream: kubernetes pkg/api/v1/pod/util.go (IsPodPhaseTerminal)

export const isPodPhaseTerminal = (phase: string | undefined): boolean => phase === 'Succeeded' || phase === 'Failed'
