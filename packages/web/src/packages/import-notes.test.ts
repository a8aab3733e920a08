import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ImportNote, ImportSeverity } from '@bongsu/protocol'
import { gravestFirst } from './import-notes.ts'

const note = (severity: ImportSeverity, source: string): ImportNote => ({
  code: `HUB_IMPORT_${severity.toUpperCase()}`,
  severity,
  source,
  explanation: { ko: '설명', en: 'words' },
})

test('what was refused stands first, the rest as the text has it, each once', () => {
  const notes = [
    note('mapped', 'a'),
    note('ignored', 'b'),
    note('refused', 'c'),
    note('mapped', 'd'),
    note('warned', 'e'),
    note('mapped', 'a'),
  ]
  assert.deepEqual(
    gravestFirst(notes).map(({ source }) => source),
    ['c', 'e', 'a', 'd', 'b'],
  )
  assert.deepEqual(gravestFirst([]), [])
})
