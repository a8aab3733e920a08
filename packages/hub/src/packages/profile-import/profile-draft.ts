// A launch profile while it is being read, with its notes. Rules of single settings are in files of their own.
import { CodedError } from '@bongsu/foundation'
import type { DeviceRequest, ImportNote, PortMapping, ProfileImport, Resources } from '@bongsu/protocol'
import { LaunchProfile, MAX_IMPORT_NOTES } from '@bongsu/protocol'
import { Check, Errors } from 'typebox/value'
import { importNote, type NoteCode } from './import-notes.ts'
import type { Word } from './shell-words.ts'

const MAX_NAME_LENGTH = 32

export interface ContainerDraft {
  name: string
  readonly image: string
  entrypoint?: string[]
  command?: string[]
  workingDirectory?: string
  readonly environment: Map<string, string>
  readonly ports: PortMapping[]
  readonly devices: DeviceRequest[]
  readonly resources: { -readonly [Key in keyof Resources]: Resources[Key] }
  readonly volumes: { volume: string; path: string }[]
  runAs?: 'session' | 'image'
}

export interface ProfileDraft {
  readonly containers: ContainerDraft[]
  /** Volume names of the text, and the names that they have in the profile. */
  readonly volumes: Map<string, string>
  readonly notes: ImportNote[]
  needsDisplay: boolean
  network?: 'none'
  stopGraceSeconds?: number
}

/** What one rule writes to: the container being read, and the whole. */
export interface Target {
  readonly draft: ProfileDraft
  readonly container: ContainerDraft
  /** The flag or field that is being read, for the notes. */
  readonly source: string
}

export const newDraft = (): ProfileDraft => ({
  containers: [],
  volumes: new Map(),
  notes: [],
  needsDisplay: false,
})

export const newContainer = (name: string, image: string): ContainerDraft => ({
  name,
  image,
  environment: new Map(),
  ports: [],
  devices: [],
  resources: {},
  volumes: [],
})

export function addNote(
  { draft, source }: Omit<Target, 'container'>,
  code: NoteCode,
  value?: string,
): undefined {
  draft.notes.push(importNote(code, source, value))
}

export function requireDisplay(target: Target): undefined {
  if (target.draft.needsDisplay) return
  target.draft.needsDisplay = true
  addNote(target, 'display-required')
}

/** Adds a request once; the same one twice means no more. */
export function addDevice({ container }: Target, request: DeviceRequest): undefined {
  const isSame = (other: DeviceRequest) => JSON.stringify(other) === JSON.stringify(request)
  if (!container.devices.some(isSame)) container.devices.push(request)
}

/** A name as profiles allow it: lower-case letters, digits, hyphens; `fallback` when nothing is left. */
export function toName(text: string, fallback: string): string {
  const slug = text
    .slice(0, 256)
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, MAX_NAME_LENGTH)
  return slug.replace(/^-|-$/g, '') || fallback
}

/** As `toName`, and unlike every name in `taken`. */
export function toFreeName(text: string, fallback: string, taken: Iterable<string>): string {
  const name = toName(text, fallback)
  const others = new Set(taken)
  let free = name
  for (let count = 2; others.has(free); count += 1) {
    const suffix = `-${count}`
    free = `${name.slice(0, MAX_NAME_LENGTH - suffix.length).replace(/-$/, '')}${suffix}`
  }
  return free
}

/** The name of an image without registry, tag and digest. */
export function imageName(image: string): string {
  const path = image.split('@', 1)[0] ?? ''
  const last = path.slice(path.lastIndexOf('/') + 1)
  return toName(last.split(':', 1)[0] ?? '', 'app')
}

/**
 * The text of a word that must be known now. A value that only the device or the caller's shell knows is refused,
 * since a profile has no place for it.
 */
export function knownText(target: Target, word: Word): string | undefined {
  const [unresolved] = word.unresolved
  if (unresolved !== undefined) addNote(target, 'unresolved-expansion', unresolved)
  else if (word.symbols.length > 0) addNote(target, 'device-value', word.text)
  else return word.text
  return undefined
}

/** @throws CodedError HUB_IMPORT_BEYOND_LIMITS when the result does not fit the schema of profiles */
export function finishDraft(draft: ProfileDraft): ProfileImport {
  const { containers, volumes, network, stopGraceSeconds, notes } = draft
  if (notes.length > MAX_IMPORT_NOTES) {
    throw new CodedError('HUB_IMPORT_BEYOND_LIMITS', {
      parameters: { pointer: '/notes', problem: `more than ${MAX_IMPORT_NOTES} parts` },
    })
  }
  const profile = {
    containers: containers.map(finishContainer),
    ...(volumes.size > 0 && { volumes: [...volumes.values()].map((name) => ({ name })) }),
    ...(draft.needsDisplay && { display: { required: true } }),
    ...(network && { network }),
    ...(stopGraceSeconds !== undefined && { stopGraceSeconds }),
  }
  if (!Check(LaunchProfile, profile)) {
    const fault = Errors(LaunchProfile, profile)[0]
    throw new CodedError('HUB_IMPORT_BEYOND_LIMITS', {
      parameters: { pointer: fault?.instancePath || '/', problem: fault?.message ?? 'does not fit' },
    })
  }
  const acceptable = notes.every(({ severity }) => severity !== 'refused')
  return { profile, image: containers[0]?.image ?? '', acceptable, notes }
}

function finishContainer(container: ContainerDraft): LaunchProfile['containers'][number] {
  const { name, entrypoint, command, workingDirectory, environment, runAs } = container
  const { ports, devices, resources, volumes } = container
  return {
    name,
    ...(entrypoint && { entrypoint }),
    ...(command && command.length > 0 && { command }),
    ...(workingDirectory !== undefined && { workingDirectory }),
    ...(environment.size > 0 && { environment: Object.fromEntries(environment) }),
    ...(ports.length > 0 && { ports }),
    ...(devices.length > 0 && { devices }),
    ...(Object.keys(resources).length > 0 && { resources }),
    ...(volumes.length > 0 && { volumes }),
    ...(runAs && { runAs }),
  }
}
