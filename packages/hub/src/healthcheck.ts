// Asks the hub on this machine whether it lives, for container health checks: exit code 0 or 1.
import { request as plainRequest } from 'node:http'
import { request as tlsRequest } from 'node:https'

const {
  BONGSU_HUB_HOST: host = '127.0.0.1',
  BONGSU_HUB_PORT: port = '7443',
  BONGSU_HUB_TLS: tls,
} = process.env
const isPlain = tls === 'off'
const target = {
  host: host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host,
  port,
  path: '/livez',
  timeout: 3_000,
  // Asks only whether the process on this machine answers; tells it nothing.
  rejectUnauthorized: false,
}
const request = (isPlain ? plainRequest : tlsRequest)(target, (response) => {
  process.exit(response.statusCode === 200 ? 0 : 1)
})
request.once('timeout', () => process.exit(1))
request.once('error', () => process.exit(1))
request.end()
