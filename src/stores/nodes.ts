/** The workers of the page's cluster. */
export const NODES: readonly string[] = ['worker-1', 'worker-2']
