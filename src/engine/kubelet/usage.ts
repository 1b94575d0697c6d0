// What each container of the model uses, as nothing runs in it.

import { parseQuantity, quantityValue } from '../api/scalars/quantity'
import type { Scarce } from './machine'

export const USED: Readonly<Record<Scarce, string>> = { memory: '32Mi', 'ephemeral-storage': '24Ki', pids: '1' }

/** Bytes that so many running containers use together. */
export const memoryUsed = (containers: number): number => containers * quantityValue(parseQuantity(USED.memory)!)
