// The file behind a container's command, as it lies in the image, without running anything: found by the rules of exec,
// then judged by its first bytes and its mode (E3, E4, E5).
import { posix } from 'node:path'
import Type, { type Static } from 'typebox'
import type { ImageFile } from '../runtime/image-inspector.ts'

export const ProgramFile = Type.Union([
  Type.Object({ kind: Type.Literal('missing') }),
  Type.Object({
    kind: Type.Literal('found'),
    path: Type.String({ maxLength: 1024 }),
    type: Type.Union([
      Type.Literal('binary'),
      Type.Literal('script'),
      Type.Literal('folder'),
      Type.Literal('unknown'),
    ]),
    mode: Type.Integer(),
    uid: Type.Integer(),
    /** Engine's name of what a binary is for; absent when its machine is none we know. */
    architecture: Type.Optional(Type.String()),
    interpreter: Type.Optional(
      Type.Object({
        path: Type.String({ maxLength: 300 }),
        isThere: Type.Boolean(),
        /** A carriage return ends the first line. */
        hasReturn: Type.Boolean(),
      }),
    ),
  }),
])
export type ProgramFile = Static<typeof ProgramFile>

export interface ProgramQuestion {
  /** First word of what is executed. */
  readonly program: string
  readonly workingDirectory: string
  /** `PATH` in force. */
  readonly searchPath: string
}

export type ReadImageFile = (path: string) => Promise<ImageFile | undefined>

const DEFAULT_SEARCH_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'
const MAX_LINKS = 10

/** Where the program may lie, in the order of the search. Pure. */
export function candidatesOf({ program, workingDirectory, searchPath }: ProgramQuestion): string[] {
  const from = workingDirectory || '/'
  if (program.includes('/')) return [posix.resolve('/', from, program)]
  const folders = (searchPath || DEFAULT_SEARCH_PATH).split(':').slice(0, 32)
  return folders.map((folder) => posix.resolve('/', from, folder, program))
}

export async function findProgram(question: ProgramQuestion, read: ReadImageFile): Promise<ProgramFile> {
  for (const candidate of candidatesOf(question)) {
    const found = await followed(candidate, read)
    // The search of a shell goes on past folders and files that are not executable.
    const isLast = question.program.includes('/')
    if (found && (isLast || (found.file.kind === 'file' && (found.file.mode & 0o111) !== 0))) {
      return judged(found, read)
    }
  }
  return { kind: 'missing' }
}

interface Followed {
  readonly path: string
  readonly file: ImageFile
}

async function followed(start: string, read: ReadImageFile): Promise<Followed | undefined> {
  let path = start
  for (let links = 0; links < MAX_LINKS; links += 1) {
    const file = await read(path)
    if (!file) return undefined
    if (file.kind !== 'link') return { path, file }
    path = posix.resolve(posix.dirname(path), file.target)
  }
  return undefined
}

async function judged({ path, file }: Followed, read: ReadImageFile): Promise<ProgramFile> {
  const { mode, uid, head } = file
  const found = { kind: 'found', path: path.slice(0, 1024), mode, uid } as const
  if (file.kind !== 'file') return { ...found, type: file.kind === 'folder' ? 'folder' : 'unknown' }
  if (head.toString('latin1', 0, 4) === '\x7fELF') {
    const architecture = elfArchitecture(head)
    return { ...found, type: 'binary', ...(architecture && { architecture }) }
  }
  const line = /^#![ \t]*([^\n\0]{0,256})\n?/.exec(head.toString('latin1'))?.[1]
  if (line === undefined) return { ...found, type: 'unknown' }
  const hasReturn = line.endsWith('\r')
  const [interpreter = ''] = line.replace(/\r$/, '').split(/[ \t]/)
  const isThere = interpreter !== '' && (await followed(posix.resolve('/', interpreter), read)) !== undefined
  return { ...found, type: 'script', interpreter: { path: interpreter.slice(0, 300), isThere, hasReturn } }
}

/** `e_machine` of an ELF header. Source: elf(5). */
function elfArchitecture(head: Buffer): string | undefined {
  if (head.length < 20) return undefined
  const machine = head[5] === 2 ? head.readUInt16BE(18) : head.readUInt16LE(18)
  const names: ReadonlyMap<number, string> = new Map([
    [62, 'amd64'],
    [183, 'arm64'],
    [40, 'arm'],
    [3, '386'],
    [243, 'riscv64'],
    [258, 'loong64'],
    [22, 's390x'],
    [21, 'ppc64le'],
  ])
  return names.get(machine)
}
