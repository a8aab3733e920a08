// Evidence of which machine this is, for people who compare devices. Never identity: all of it is cloned with a disk.
import { createHmac } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { hostname, networkInterfaces } from 'node:os'
import type { EnrolmentRequest } from '@bongsu/protocol'

/** machine-id(5) asks that applications send only a keyed hash of it. */
const APPLICATION = 'bongsu.dev/agent'

export function machineEvidence(): EnrolmentRequest['evidence'] {
  const machine = machineHash()
  return { hostname: hostname().slice(0, 253), macAddresses: macAddresses(), ...(machine && { machine }) }
}

/** Of the machine's own interfaces, in a stable order. */
export function macAddresses(): string[] {
  const addresses = Object.values(networkInterfaces())
    .flatMap((list) => list ?? [])
    .filter(({ internal, mac }) => !internal && mac !== '00:00:00:00:00:00')
    .map(({ mac }) => mac)
  return [...new Set(addresses)].sort().slice(0, 64)
}

/** The address that others most likely reach this machine at, or `undefined`. */
export function primaryAddress(): string | undefined {
  const outward = Object.values(networkInterfaces())
    .flatMap((list) => list ?? [])
    .filter(({ internal, address }) => !internal && !address.startsWith('fe80:'))
  return (outward.find(({ family }) => family === 'IPv4') ?? outward[0])?.address
}

function machineHash(): string | undefined {
  try {
    const id = readFileSync('/etc/machine-id', 'utf8').trim()
    return id === '' ? undefined : createHmac('sha256', APPLICATION).update(id).digest('base64url')
  } catch {
    return undefined
  }
}
