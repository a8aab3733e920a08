// What can be foreseen before a version is deployed to a device. Pure; the hub has the last word.
import type { Device, PackageVersion } from '@bongsu/protocol'
import type { TextKey } from '../locales/translation.ts'

/** `now`: can start; `later`: will start when something passes; `never`: would be refused or cannot run. */
export type Outlook = 'now' | 'later' | 'never'

export interface Preflight {
  readonly outlook: Outlook
  readonly hints: readonly TextKey[]
}

interface Check {
  readonly hint: TextKey
  readonly outlook: Outlook
  readonly applies: (device: Device, version: PackageVersion) => boolean
}

const CHECKS: readonly Check[] = [
  { hint: 'deploy.hint.notAccepted', outlook: 'never', applies: ({ approval }) => approval !== 'accepted' },
  {
    hint: 'deploy.hint.architecture',
    outlook: 'never',
    applies: ({ observed }, { image }) =>
      image !== undefined &&
      observed?.facts?.architecture !== undefined &&
      observed.facts.architecture !== image.architecture,
  },
  {
    hint: 'deploy.hint.diskFull',
    outlook: 'never',
    applies: ({ health }, { image }) =>
      image !== undefined &&
      health?.diskFreeBytes !== undefined &&
      health.diskFreeBytes < image.downloadBytes + image.unpackedBytes,
  },
  {
    hint: 'deploy.hint.offline',
    outlook: 'later',
    applies: ({ connection }) => connection.state !== 'online',
  },
  {
    hint: 'deploy.hint.noDisplay',
    outlook: 'later',
    applies: ({ display }, { profile }) => profile.display?.required === true && display?.state !== 'ready',
  },
  {
    hint: 'deploy.hint.engineDown',
    outlook: 'later',
    applies: ({ health }) => health?.engine === 'unreachable',
  },
]

const ORDER: readonly Outlook[] = ['now', 'later', 'never']

export function preflight(device: Device, version: PackageVersion): Preflight {
  const found = CHECKS.filter(({ applies }) => applies(device, version))
  const worst = Math.max(0, ...found.map(({ outlook }) => ORDER.indexOf(outlook)))
  return { outlook: ORDER[worst] ?? 'now', hints: found.map(({ hint }) => hint) }
}

/** How many of the chosen devices start now, later, never. */
export function countOutlooks(outlooks: readonly Outlook[]): Record<Outlook, number> {
  const counts = { now: 0, later: 0, never: 0 }
  for (const outlook of outlooks) counts[outlook] += 1
  return counts
}
