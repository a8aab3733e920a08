// How a new version wants to run: a few choices for the usual one-window program, or the whole profile as JSON. Pure.
import type { LaunchProfile } from '@bongsu/protocol'
import type { TextKey } from '../locales/translation.ts'

export interface SimpleProfile {
  displayRequired: boolean
  animates: boolean
  network: 'bridge' | 'none'
  /** MiB as typed; empty for no limit. */
  memoryMebibytes: string
}

export const USUAL_PROFILE: SimpleProfile = {
  displayRequired: true,
  animates: false,
  network: 'bridge',
  memoryMebibytes: '',
}

const MEBIBYTE = 1024 * 1024
const SMALLEST_MEBIBYTES = 16

export function toLaunchProfile(simple: SimpleProfile): LaunchProfile {
  const memory = Number(simple.memoryMebibytes)
  return {
    containers: [{ name: 'main', ...(memory > 0 ? { resources: { memoryBytes: memory * MEBIBYTE } } : {}) }],
    display: {
      required: simple.displayRequired,
      ...(simple.displayRequired && { animates: simple.animates }),
    },
    network: simple.network,
  }
}

export const isMemoryLimit = (text: string): boolean =>
  text.trim() === '' || (/^\d+$/.test(text.trim()) && Number(text) >= SMALLEST_MEBIBYTES)

export const writeProfile = (profile: LaunchProfile): string => JSON.stringify(profile, null, 2)

/**
 * The profile in a JSON text. Only its outline is looked at here: the hub checks every field and names the wrong one.
 */
export function readProfile(text: string): { profile: LaunchProfile } | { fault: TextKey } {
  try {
    const parsed: unknown = JSON.parse(text)
    return isOutline(parsed) ? { profile: parsed } : { fault: 'version.profileOutline' }
  } catch {
    return { fault: 'version.profileSyntax' }
  }
}

const isOutline = (value: unknown): value is LaunchProfile =>
  typeof value === 'object' && value !== null && Array.isArray(Reflect.get(value, 'containers'))

/** As `VersionName` of the contract. */
export const isVersionName = (text: string): boolean => /^[0-9A-Za-z][0-9A-Za-z._+-]{0,62}$/.test(text)
