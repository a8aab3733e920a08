// The notes of an import in the order a person needs them. Pure.
import type { ImportNote, ImportSeverity } from '@bongsu/protocol'

const ORDER: readonly ImportSeverity[] = ['refused', 'warned', 'mapped', 'provided', 'ignored']

/** What was refused first; within a severity as the text has them. Each once. */
export function gravestFirst(notes: readonly ImportNote[]): ImportNote[] {
  const distinct = new Map(notes.map((note) => [`${note.code} ${note.source}`, note]))
  return [...distinct.values()].sort((a, b) => ORDER.indexOf(a.severity) - ORDER.indexOf(b.severity))
}
