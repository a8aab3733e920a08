// Looks at every display of the machine as discovery does, and keeps what each cookie was answered. Starts no server.
import { readFile, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Clock } from '@bongsu/foundation'
import type { DisplayReport, Reason } from '@bongsu/protocol'
import { type Candidate, candidates, worthProbing } from '../display/choose.ts'
import { createDiscovery } from '../display/discovery.ts'
import { toDisplayReport, toWaitingReason } from '../display/display-report.ts'
import { readLockPid } from '../display/display-sockets.ts'
import { DEFAULT_PROBE_TIMEOUT_MS, type ProbeResult, probeDisplay } from '../display/probe.ts'
import { describeScreen } from '../display/screen-description.ts'
import type { XCookie } from '../display/x11/x-cookie.ts'
import type { Privileges } from '../privileged/privileges.ts'
import type { DoctorFacts, ExaminedDisplay, TriedCookie } from './doctor-facts.ts'

export interface ExamineDisplaysOptions {
  readonly clock: Clock
  readonly privileges: Privileges
  readonly socketDir: string
  readonly displayNumber: number | undefined
  readonly greeter: 'allowed' | 'left_out'
  /** Default 3000. */
  readonly probeTimeoutMs?: number | undefined
}

type Facts = Pick<DoctorFacts, 'displays' | 'socketFolder' | 'staleLocks'> & {
  readonly display: DisplayReport
  readonly displayReason?: Reason
}

/** @throws CodedError when the helper that may look cannot be asked */
export async function examineDisplays(options: ExamineDisplaysOptions): Promise<Facts> {
  const { privileges, socketDir, displayNumber: pinnedNumber, greeter } = options
  const owned = await privileges.ownedDisplay.running()
  const all = candidates(await privileges.observe(), owned?.number)
  const wanted = new Set(worthProbing(all, { pinnedNumber, greeter }))
  // One after the other: a hung server must not make the next one look slow as well.
  const displays: ExaminedDisplay[] = []
  for (const candidate of all) {
    const tried = wanted.has(candidate) ? await tryCookies(candidate, options) : []
    displays.push(toExamined(candidate, tried))
  }
  const [chosen, socketFolder, staleLocks] = await Promise.all([
    chosenDisplay(options, owned?.number),
    stat(socketDir).then(
      ({ uid, mode }) => ({ uid, mode: mode & 0o7777 }),
      () => undefined,
    ),
    findStaleLocks(all, dirname(socketDir)),
  ])
  return { ...chosen, displays, socketFolder, staleLocks }
}

const toExamined = (
  { socket, server, isGreeter, isOwned }: Candidate,
  tried: readonly TriedCookie[],
): ExaminedDisplay => ({
  number: socket.number,
  serverKind: server?.kind ?? 'unknown',
  ...(server && { pid: server.pid }),
  ownerUid: socket.ownerUid,
  isGreeter,
  isOwned,
  tried,
})

async function tryCookies(candidate: Candidate, options: ExamineDisplaysOptions): Promise<TriedCookie[]> {
  const found = await options.privileges.cookies(candidate.socket.number)
  const tried: TriedCookie[] = []
  for (const { cookie, origin } of [...found, { cookie: undefined, origin: 'none' as const }]) {
    const result = await probe(candidate, cookie, options)
    tried.push({ origin, answer: result.kind, words: wordsOf(result) })
    // Only a refusal can change with another cookie.
    if (result.kind !== 'refused') break
  }
  return tried
}

function probe(
  { socket, sessionUser }: Candidate,
  cookie: XCookie | undefined,
  { privileges, probeTimeoutMs = DEFAULT_PROBE_TIMEOUT_MS }: ExamineDisplaysOptions,
): Promise<ProbeResult> {
  return probeDisplay({
    socketPath: socket.socketPath,
    cookie,
    timeoutMs: probeTimeoutMs,
    dial: privileges.dialAs(socket.number, sessionUser, cookie ? 'cookie' : 'identity'),
  })
}

function wordsOf(result: ProbeResult): string | undefined {
  if (result.kind === 'refused') return result.reason.slice(0, 300)
  return result.kind === 'not_x11' ? result.detail.slice(0, 300) : undefined
}

/** The one that the agent would use now. */
async function chosenDisplay(options: ExamineDisplaysOptions, ownedNumber: number | undefined) {
  const { privileges, probeTimeoutMs = DEFAULT_PROBE_TIMEOUT_MS } = options
  const state = await createDiscovery(options).look({ ownedNumber })
  if (state.kind !== 'ready')
    return { display: toDisplayReport(state), displayReason: toWaitingReason(state) }
  const { socketPath, cookie, number, sessionUser } = state.display
  const dial = privileges.dialAs(number, sessionUser, cookie ? 'cookie' : 'identity')
  const screen = await describeScreen({ socketPath, cookie, dial, timeoutMs: probeTimeoutMs })
  return { display: toDisplayReport(state, screen) }
}

async function findStaleLocks(all: readonly Candidate[], folder: string): Promise<number[]> {
  const checked = await Promise.all(
    all.map(async ({ socket: { number } }) => {
      const pid = readLockPid(folder, number)
      if (pid === undefined) return []
      const name = await readFile(join('/proc', String(pid), 'comm'), 'utf8').catch(() => undefined)
      return name === undefined ? [number] : []
    }),
  )
  return checked.flat()
}
