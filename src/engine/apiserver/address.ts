// Where this server is found from outside of its host, and what it is called among servers.
// Upstream: apiserver pkg/server/config.go (APIServerID: a hash of the host's name and of `kube-apiserver`)

export const HOST = 'vm'
export const IP = '192.168.49.2'
export const PORT = 6443
export const SERVER_ID = 'apiserver-wlv32tlttr4jl3gtroqexyxapa'
