// The examination's report for a terminal, in one language. Pure. What came from elsewhere is bereft of control characters.
import { explain, type Language, type LaunchStatus } from '@bongsu/protocol'
import { quotable } from '../diagnosis/quotable.ts'
import type { DoctorFacts, DoctorFinding, ExaminedDisplay } from './doctor-facts.ts'
import { type DoctorWords, wordsOf } from './words.ts'

type Area = DoctorFinding['area']
type Mark = keyof DoctorWords['mark']

interface Row {
  readonly label: string
  readonly parts: readonly (string | undefined)[]
  /** Absent for a detail of the row before. */
  readonly mark?: Mark
}

interface Section {
  readonly area: Area
  readonly launchId?: string
  readonly rows: readonly Row[]
}

/** Ends with a line feed. */
export function render(facts: DoctorFacts, findings: readonly DoctorFinding[], language: Language): string {
  const words = wordsOf(language)
  const sections = sectionsOf(facts, findings, words)
  const [faults, warnings] = (['fault', 'warning'] as const).map(
    (wanted) => findings.filter(({ severity }) => severity === wanted).length,
  )
  const lines = [
    `${words.title} · ${facts.hostname} · ${facts.checkedAt} · bongsu-agent ${facts.agentVersion}`,
    '',
    ...sections.flatMap((section) => [
      ...section.rows.map((row) => line(row, words)),
      ...findings
        .filter((finding) => belongs(finding, section))
        .flatMap((finding) => advice(finding, language)),
    ]),
    '',
    ...(facts.isRoot ? [] : [words.said.notRoot]),
    findings.length === 0 ? words.said.nothingWrong : words.count(faults ?? 0, warnings ?? 0),
  ]
  return `${lines.join('\n')}\n`
}

const belongs = (finding: DoctorFinding, section: Section): boolean =>
  finding.area === section.area && finding.launchId === section.launchId

function line({ label, parts, mark }: Row, words: DoctorWords): string {
  const text = parts.filter((part) => part !== undefined && part !== '').join(', ')
  const start = mark ? `${words.mark[mark]} ${label}` : `       ${label}`
  return `${start}: ${quotable(text)}`
}

function advice({ reason }: DoctorFinding, language: Language): string[] {
  const { title, remedy } = explain(reason, language)
  return [
    `         ! ${quotable(title)}`,
    ...(reason.quote && !title.includes(reason.quote) ? [`           “${quotable(reason.quote)}”`] : []),
    ...(remedy ? [`           → ${quotable(remedy)}`] : []),
  ]
}

function sectionsOf(facts: DoctorFacts, findings: readonly DoctorFinding[], words: DoctorWords): Section[] {
  const markOf = (area: Area, launchId?: string): Mark => {
    const own = findings.filter((finding) =>
      belongs(finding, { area, ...(launchId && { launchId }), rows: [] }),
    )
    if (own.some(({ severity }) => severity === 'fault')) return 'fault'
    return own.length > 0 ? 'warning' : 'ok'
  }
  const launches = facts.agent.kind === 'running' ? facts.agent.launches : []
  return [
    ...(facts.configuration
      ? [
          {
            area: 'configuration' as const,
            rows: [
              { label: words.label.configuration, parts: [words.said.defaults], mark: 'warning' as const },
            ],
          },
        ]
      : []),
    { area: 'engine', rows: engineRows(facts, words, markOf('engine')) },
    { area: 'room', rows: roomRows(facts, words, markOf('room')) },
    { area: 'display', rows: displayRows(facts, words, markOf('display')) },
    { area: 'gpu', rows: gpuRows(facts, words, markOf('gpu')) },
    { area: 'agent', rows: [...cameraRows(facts, words), agentRow(facts, words, markOf('agent'))] },
    ...launches.map((launch): Section => {
      const { launchId } = launch
      return { area: 'launch', launchId, rows: [launchRow(launch, words, markOf('launch', launchId))] }
    }),
  ]
}

function engineRows({ engine }: DoctorFacts, { label, data, said }: DoctorWords, mark: Mark): Row[] {
  if (engine.kind === 'failed') return [{ label: label.engine, parts: [said.engineFailed], mark }]
  const { version, architecture, storageRoot, runtimes } = engine.traits
  const parts = [version, architecture, data(storageRoot), runtimes.includes('nvidia') ? 'nvidia' : undefined]
  return [{ label: label.engine, parts, mark }]
}

function roomRows({ device }: DoctorFacts, words: DoctorWords, mark: Mark): Row[] {
  const { label, space, inodes, available, said } = words
  const { freeDiskBytes, freeInodes, availableMemoryBytes } = device
  const told = (value: number | undefined, tell: (value: number) => string) =>
    value === undefined ? said.unknown : tell(value)
  const inMebibytes = (tell: (mib: number) => string) => (bytes: number) =>
    tell(Math.floor(bytes / 1024 ** 2))
  const disk = [told(freeDiskBytes, inMebibytes(space)), freeInodes === undefined ? '' : inodes(freeInodes)]
  return [
    { label: label.disk, parts: disk, mark },
    { label: label.memory, parts: [told(availableMemoryBytes, inMebibytes(available))] },
  ]
}

function displayRows(facts: DoctorFacts, words: DoctorWords, mark: Mark): Row[] {
  const { display, displays } = facts
  const { label, said, state, power, user } = words
  const { number, widthPixels, heightPixels, serverKind, session, outputs = [], windowManager } = display
  const isDead = isLeftBehind(facts)
  // The one that was asked for first: a long list is cut.
  const dead = displays
    .filter(isDead)
    .toSorted((a, b) => b.tried.length - a.tried.length)
    .map((each) => `:${each.number}`)
  const isReady = display.state === 'ready'
  const parts = [
    state[display.state],
    number === undefined ? undefined : `:${number}`,
    widthPixels === undefined ? undefined : `${widthPixels}x${heightPixels}`,
    serverKind,
    display.isVirtual ? said.virtual : undefined,
    display.isOwned ? said.owned : undefined,
    session && user(session.userName ?? '?', session.uid),
    session?.seat,
    session?.type,
  ]
  const openness =
    display.isUnprotected === undefined ? undefined : display.isUnprotected ? said.open : said.protected
  const screen = [power[display.power ?? 'unknown'], windowManager ?? said.noWindowManager, openness]
  return [
    { label: label.display, parts, mark },
    ...(isReady ? [{ label: label.screen, parts: screen }] : []),
    ...outputs.map((output) => ({
      label: label.output,
      parts: [
        output.name,
        `${output.widthPixels}x${output.heightPixels}+${output.x}+${output.y}`,
        output.isPrimary ? said.primary : undefined,
      ],
    })),
    ...displays.filter((each) => !isDead(each)).flatMap((each) => examinedRows(each, words)),
    ...(dead.length > 0 ? [{ label: label.deadSockets, parts: [dead.join(' ')] }] : []),
  ]
}

/** Of a server that was killed: no more than its number is of interest. */
const isLeftBehind =
  ({ staleLocks }: DoctorFacts) =>
  ({ number, pid, tried }: ExaminedDisplay): boolean =>
    pid === undefined && (tried.at(-1)?.answer === 'stale_socket' || staleLocks.includes(number))

function examinedRows(display: ExaminedDisplay, { label, said, answer, origin }: DoctorWords): Row[] {
  const { number, serverKind, pid, ownerUid, isGreeter, isOwned, tried } = display
  const parts = [
    `:${number}`,
    serverKind,
    pid === undefined ? undefined : `pid ${pid}`,
    `uid ${ownerUid}`,
    isGreeter ? said.greeter : undefined,
    isOwned ? said.owned : undefined,
  ]
  return [
    { label: label.otherDisplay, parts },
    ...tried.map((each) => ({
      label: `  ${label.cookie} (${origin[each.origin]})`,
      parts: [each.words ? `${answer[each.answer]}: ${each.words}` : answer[each.answer]],
    })),
  ]
}

function gpuRows({ device, gpuNodes }: DoctorFacts, words: DoctorWords, mark: Mark): Row[] {
  const { label, said, group } = words
  const { gpus, nvidia } = device
  if (gpus.length === 0 && !nvidia) return [{ label: label.gpu, parts: [said.noGpu], mark }]
  return [
    ...gpus.map(({ driver, cardPath, renderPath, pciPath, pciId }) => ({
      label: label.gpu,
      parts: [driver ?? said.unknown, cardPath, renderPath, pciPath, pciId],
      mark,
    })),
    ...gpuNodes.map(({ path, gid, groupName, mode }) => ({
      label: label.node,
      parts: [path, group(groupName ? `${groupName} (${gid})` : String(gid), mode.toString(8))],
    })),
    ...(nvidia
      ? [
          {
            label: label.nvidia,
            parts: [
              nvidia.kernelVersion,
              `libnvidia-ml ${nvidia.libraryVersions.join(' ') || said.unknown}`,
              nvidia.hasCdi ? 'CDI' : undefined,
            ],
          },
        ]
      : []),
  ]
}

function cameraRows({ device, cameraHolders }: DoctorFacts, { label, said, heldBy }: DoctorWords): Row[] {
  if (device.cameras.length === 0) return [{ label: label.camera, parts: [said.noCamera], mark: 'ok' }]
  return device.cameras.map(({ path, id, name }) => {
    const holder = cameraHolders.find((each) => each.path === path)
    const use = holder ? heldBy(holder.program, holder.pid) : said.free
    return { label: label.camera, parts: [path, name, id, use], mark: 'ok' }
  })
}

function agentRow(
  { agent }: DoctorFacts,
  { label, said, session, sessionState }: DoctorWords,
  mark: Mark,
): Row {
  const text =
    agent.kind === 'running' ? session(sessionState[agent.session] ?? agent.session) : said.agentAway
  return { label: label.agent, parts: [text], mark }
}

function launchRow(launch: LaunchStatus, { label, phase, verdict }: DoctorWords, mark: Mark): Row {
  const seen = launch.picture?.verdict
  const isUnseen = launch.phase === 'running' && seen !== undefined && seen !== 'visible'
  const parts = [phase[launch.phase], seen && verdict[seen], launch.picture?.windowTitle]
  return {
    label: `${label.launch} ${launch.launchId}`,
    parts,
    mark: isUnseen && mark === 'ok' ? 'warning' : mark,
  }
}
