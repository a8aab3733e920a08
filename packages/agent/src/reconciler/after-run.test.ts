import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Finding } from '../diagnosis/diagnose.ts'
import { afterRun, type EndedRun } from './after-run.ts'
import { FRESH_RECORD, type LaunchRecord } from './observed-state.ts'
import { container } from './plan.fixture.ts'

const NOW_MS = 100_000
const made = { displayName: ':0', displayIncarnation: 'first', exitCode: 1, state: 'exited' } as const
const finding = (code: string, more: Partial<Finding> = {}): Finding =>
  ({ code, score: 50, ...more }) as Finding
const BROKE = 'frame 1\nThe X11 connection broke (error 1). Did the X11 server die?\n'

function ended(more: Partial<EndedRun> = {}): EndedRun {
  return {
    container: container('a', made),
    role: 'lead',
    log: 'oops',
    sight: { kind: 'ready', incarnation: 'first' },
    findings: [],
    wasBeforeAgent: false,
    ...more,
  }
}

interface Row {
  readonly it: string
  readonly run: Partial<EndedRun>
  readonly record?: Partial<LaunchRecord>
  readonly is: {
    /** Ends that count, after this one. */
    readonly ends: number
    readonly restarts: number
    /** From now; undefined for never. */
    readonly againInMs: number | undefined
    readonly best?: string
    readonly extra?: Readonly<Record<string, string>>
  }
}

const GL = finding('AGENT_CAUSE_GL', { retryWith: { LIBGL_ALWAYS_SOFTWARE: '1' } })
const PLUGIN = finding('AGENT_CAUSE_PLUGIN', { retryWith: { QT_DEBUG_PLUGINS: '1' } })
const FIVE_ENDS = { endsMs: [1, 2, 3, 4, 5].map((age) => NOW_MS - age) }

const rows: readonly Row[] = [
  { it: 'counts an end by itself', run: {}, is: { ends: 1, restarts: 1, againInMs: 1000 } },
  {
    it: 'counts an end on a display that is still the same, whatever was found',
    run: { findings: [finding('AGENT_CAUSE_X')] },
    is: { ends: 1, restarts: 1, againInMs: 1000, best: 'AGENT_CAUSE_X' },
  },
  {
    it: 'gives up after too many',
    run: {},
    record: FIVE_ENDS,
    is: { ends: 6, restarts: 1, againInMs: undefined },
  },
  {
    it: 'counts nothing when the display is gone, though the log says nothing of it',
    run: { sight: { kind: 'not_ready' } },
    record: FIVE_ENDS,
    is: { ends: 5, restarts: 0, againInMs: 0, best: 'AGENT_DISPLAY_LOST' },
  },
  {
    it: 'counts nothing when the display is another one already',
    run: { sight: { kind: 'ready', incarnation: 'second' }, findings: [finding('AGENT_CAUSE_X')] },
    is: { ends: 0, restarts: 0, againInMs: 0, best: 'AGENT_DISPLAY_LOST' },
  },
  {
    it: 'counts nothing when a member of the launch ended with the display',
    run: { role: 'member', sight: { kind: 'not_ready' } },
    is: { ends: 0, restarts: 0, againInMs: 0, best: 'AGENT_DISPLAY_LOST' },
  },
  {
    it: 'counts a broken connection to a display that is the same not, and waits a moment',
    run: { log: BROKE },
    is: { ends: 0, restarts: 0, againInMs: 1000 },
  },
  {
    it: 'counts broken connections when they are too many',
    run: { log: BROKE },
    record: { connectionLossesMs: FIVE_ENDS.endsMs },
    is: { ends: 1, restarts: 1, againInMs: 1000 },
  },
  {
    it: 'takes words of a broken connection in the midst of a log for what they are: old',
    run: { log: `${BROKE}${'went on\n'.repeat(20)}` },
    is: { ends: 1, restarts: 1, againInMs: 1000 },
  },
  {
    it: 'counts an end that an agent before this one missed, and tries at once',
    run: { wasBeforeAgent: true },
    is: { ends: 1, restarts: 1, againInMs: 0 },
  },
  {
    it: 'counts no restart for the end that a reboot was',
    run: { wasBeforeAgent: true, sight: { kind: 'ready', incarnation: 'second' } },
    is: { ends: 1, restarts: 0, againInMs: 0 },
  },
  {
    it: 'counts an end without a display of its own as before',
    run: { container: container('a', { state: 'exited', exitCode: 1 }), sight: undefined },
    is: { ends: 1, restarts: 1, againInMs: 1000 },
  },
  {
    it: 'runs once more with what the diagnosis wants to know',
    run: { findings: [PLUGIN] },
    record: FIVE_ENDS,
    is: { ends: 5, restarts: 0, againInMs: 0, best: PLUGIN.code, extra: { QT_DEBUG_PLUGINS: '1' } },
  },
  {
    it: 'does so once only',
    run: { findings: [PLUGIN] },
    record: { triedVariables: ['QT_DEBUG_PLUGINS'], extraEnvironment: { QT_DEBUG_PLUGINS: '1' } },
    is: { ends: 1, restarts: 1, againInMs: 1000, best: PLUGIN.code, extra: {} },
  },
  {
    it: 'draws with the processor after the GPU failed',
    run: { findings: [GL] },
    is: { ends: 0, restarts: 0, againInMs: 0, best: GL.code, extra: { LIBGL_ALWAYS_SOFTWARE: '1' } },
  },
  {
    it: 'goes on drawing with the processor, also when only the label of an earlier life tells of it',
    run: { container: container('a', { ...made, rendering: 'software' }) },
    is: { ends: 1, restarts: 1, againInMs: 1000, extra: { LIBGL_ALWAYS_SOFTWARE: '1' } },
  },
  {
    it: 'asks a lost display first: only a program that had one can be asked for more',
    run: { sight: { kind: 'not_ready' }, findings: [PLUGIN] },
    is: { ends: 0, restarts: 0, againInMs: 0, best: 'AGENT_DISPLAY_LOST', extra: {} },
  },
]

for (const { it, run, record, is } of rows) {
  test(`an end: ${it}`, () => {
    const before: LaunchRecord = { ...FRESH_RECORD, ...record }
    const after = { ...before, ...afterRun(before, ended(run), NOW_MS) }
    assert.equal(after.endsMs.length, is.ends)
    assert.equal(after.nextRestarts, is.restarts)
    const retryAtMs = after.pause?.retryAtMs
    assert.equal(retryAtMs === undefined ? undefined : retryAtMs - NOW_MS, is.againInMs)
    assert.equal(after.findings[0]?.code, is.best)
    if (is.extra) assert.deepEqual(after.extraEnvironment, is.extra)
    assert.equal(after.rebind?.code, is.best === 'AGENT_DISPLAY_LOST' ? is.best : undefined)
    assert.deepEqual(after.recordedEnds, [container('a', made).containerId])
  })
}

test('an end keeps three findings, the lost display before what it led to, with its line quoted', () => {
  const findings = ['A', 'B', 'C'].map((code) => finding(code, { quote: `line ${code}` }))
  const after = afterRun(FRESH_RECORD, ended({ findings, sight: { kind: 'not_ready' } }), NOW_MS)
  assert.deepEqual(
    after.findings?.map(({ code }) => code),
    ['AGENT_DISPLAY_LOST', 'A', 'B'],
  )
  assert.equal(after.findings?.[0]?.quote, 'line A')
})
