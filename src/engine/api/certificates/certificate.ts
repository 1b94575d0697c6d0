// What stands where a certificate would: this model has no TLS, and no key is behind it.

export const CERTIFICATE = '-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n'
