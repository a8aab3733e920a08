// Reads the documents of a manifest (YAML 1.2 or JSON) and finds the one pod that they describe.
import { CodedError, messageOf } from '@bongsu/foundation'
import { type Document, isScalar, parseAllDocuments, visit } from 'yaml'
import { type Fields, fieldsAt, listAt, textAt, toFields } from './manifest-fields.ts'

export interface PodSource {
  readonly name: string
  readonly spec: Fields
}

export interface Manifest {
  readonly pod: PodSource
  /** Kind and name of the documents that start nothing. */
  readonly others: readonly string[]
}

const MAX_DOCUMENTS = 100
const MAX_ALIASES = 100

const invalid = (problem: string) =>
  new CodedError('HUB_IMPORT_INVALID_MANIFEST', {
    parameters: { problem: (problem.split('\n', 1)[0] ?? '').slice(0, 200) },
  })

/** Whether a text is meant as a manifest rather than a command line. */
export const looksLikeManifest = (text: string): boolean =>
  /^(?:\{|---(?:\s|$))/.test(text.trimStart()) ||
  /^[ \t]*(?:- )?(?:apiVersion|kind|spec|metadata)[ \t]*:/m.test(text)

/** @throws CodedError HUB_IMPORT_INVALID_MANIFEST, HUB_IMPORT_NO_CONTAINER, HUB_IMPORT_SEVERAL_PROGRAMS */
export function readManifest(text: string): Manifest {
  const objects = parseDocuments(text).flatMap((value) => unpackList(value))
  const pods: PodSource[] = []
  const others: string[] = []
  for (const object of objects) {
    const name = textAt(fieldsAt(object, 'metadata'), 'name') ?? ''
    const spec = podSpecOf(object)
    if (spec) pods.push({ name, spec: { place: '', record: spec.record } })
    else others.push(`${textAt(object, 'kind') ?? '?'} ${name}`.trim())
  }
  const [pod] = pods
  if (!pod) throw new CodedError('HUB_IMPORT_NO_CONTAINER')
  if (pods.length > 1) {
    throw new CodedError('HUB_IMPORT_SEVERAL_PROGRAMS', { parameters: { count: pods.length } })
  }
  return { pod, others }
}

/** `kind: List` holds its objects in `items`. */
function unpackList(value: unknown): Fields[] {
  const object = toFields('', value)
  if (!object) return []
  return textAt(object, 'kind')?.endsWith('List') ? listAt(object, 'items') : [object]
}

/** The pod of a Pod, of anything with a pod template, and of a CronJob. */
function podSpecOf(object: Fields): Fields | undefined {
  const spec = fieldsAt(object, 'spec')
  const template = (owner: Fields | undefined) => fieldsAt(fieldsAt(owner, 'template'), 'spec')
  const candidates = [
    textAt(object, 'kind') === 'Pod' ? spec : undefined,
    template(spec),
    template(fieldsAt(fieldsAt(spec, 'jobTemplate'), 'spec')),
    fieldsAt(fieldsAt(object, 'template'), 'spec'),
  ]
  return candidates.find((candidate) => candidate !== undefined)
}

function parseDocuments(text: string): unknown[] {
  try {
    if (text.trimStart().startsWith('{')) return [JSON.parse(text)]
  } catch {
    // Several documents, or YAML in braces: read below, where faults are told with their line.
  }
  try {
    return parseYaml(text)
  } catch (error) {
    if (error instanceof CodedError) throw error
    throw invalid(error instanceof RangeError ? 'nested too deeply' : messageOf(error))
  }
}

function parseYaml(text: string): unknown[] {
  // The core schema alone: no tag makes anything but plain values. Keys are compared in `requireUniqueKeys`,
  // because the library's own comparison takes time quadratic in their number.
  const options = { version: '1.2', schema: 'core', uniqueKeys: false, logLevel: 'error' } as const
  const documents = parseAllDocuments(text, options)
  if (!Array.isArray(documents)) return []
  if (documents.length > MAX_DOCUMENTS) throw invalid(`more than ${MAX_DOCUMENTS} documents`)
  return documents.map((document) => {
    const fault = document.errors[0] ?? document.warnings.find(({ code }) => code === 'TAG_RESOLVE_FAILED')
    if (fault) throw invalid(fault.message)
    requireUniqueKeys(document)
    return document.toJS({ maxAliasCount: MAX_ALIASES })
  })
}

function requireUniqueKeys(document: Document): void {
  visit(document, {
    Map: (_, map) => {
      const keys = new Set<unknown>()
      for (const { key } of map.items) {
        if (!isScalar(key)) continue
        if (keys.has(key.value)) throw invalid(`the key "${String(key.value)}" stands twice in one mapping`)
        keys.add(key.value)
      }
    },
  })
}
