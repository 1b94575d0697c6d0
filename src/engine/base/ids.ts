// What the engine counts and calls things by.

/** Position in the trace, from 0. */
export type HopIndex = number

/** `user`, `kube-apiserver`, `etcd`, `kube-scheduler`, `kube-controller-manager`, `worker-1` (a kubelet), `worker-1/runtime`. */
export type PartId = string

/** Virtual milliseconds since the cluster's start; fractions are allowed. */
export type Millis = number
