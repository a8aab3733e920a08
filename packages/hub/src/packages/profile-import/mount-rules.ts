// What becomes of a mount: what GUI containers usually mount is the device's to give, host folders are refused.
import { applyDeviceNode } from './device-rules.ts'
import type { NoteCode } from './import-notes.ts'
import { addNote, knownText, requireDisplay, type Target, toFreeName } from './profile-draft.ts'
import type { Word } from './shell-words.ts'

export interface MountRequest {
  /** Host path or volume name; absent for a volume without a name. */
  readonly host: Word | undefined
  /** Path in the container. */
  readonly path: Word
}

const HOST_RULES: readonly (readonly [path: RegExp, code: NoteCode])[] = [
  [/(^|\/)(\.Xauthority|\.?ICEauthority|[\w.-]*xauth(ority)?)(\/|$)|^\$XAUTHORITY/i, 'cookie-provided'],
  [/\/(docker|containerd|podman|crio|cri-dockerd|dockershim)\.sock$/, 'engine-socket'],
  [/^(\/var)?\/run\/(docker|containerd|podman|crio)(\/|$)|^\/var\/lib\/docker(\/|$)/, 'engine-socket'],
  [/^\/etc\/(passwd|group|shadow|gshadow|subuid|subgid|sudoers|sudoers\.d)(\/|$)/, 'accounts-provided'],
  [/^\/etc\/(localtime|timezone)$|^\/usr\/share\/zoneinfo(\/|$)/, 'clock-provided'],
  [/^\/dev\/shm$/, 'shared-memory-provided'],
  [/^\/run\/user\/[^/]+|^\$XDG_RUNTIME_DIR/, 'runtime-folder-provided'],
  [/^(\$HOME|\/home\/[^/]+|\/home|\/root)$/, 'home-provided'],
  [/^(\$PWD|\.{1,2})(\/|$)/, 'folder-of-caller'],
]

const withoutEndSlash = (path: string) => (path.length > 1 ? path.replace(/\/$/, '') : path)

/** Notes and, for volumes and device nodes, the fields of one mount. */
export function applyMount(target: Target, { host, path }: MountRequest): undefined {
  const from = withoutEndSlash(host?.text ?? '')
  if (/^\/tmp\/\.X11-unix(\/|$)/.test(path.text) || /^\/tmp\/\.X11-unix(\/|$)/.test(from)) {
    addNote(target, 'x-socket-provided')
    return requireDisplay(target)
  }
  const rule = HOST_RULES.find(([pattern]) => pattern.test(from))
  if (rule) return addNote(target, rule[1])
  if (/xauth/i.test(path.text)) return addNote(target, 'cookie-provided')
  if (host && from.startsWith('/dev/')) return applyDeviceNode(target, { ...host, text: from })
  if (from === '/dev') return addNote(target, 'privileged')
  if (host && knownText(target, host) === undefined) return
  if (from.includes('/') || from.includes('\\')) return addNote(target, 'host-mount')
  applyVolume(target, { name: from, path })
}

/** A volume that the device keeps; without a name it is named after its folder. */
export function applyVolume(target: Target, { name, path }: { name: string; path: Word }): undefined {
  const { draft, container } = target
  const folder = knownText(target, path)
  if (folder === undefined) return
  if (!folder.startsWith('/') || folder.includes('\0')) return addNote(target, 'invalid-value')
  if (container.volumes.some((other) => other.path === folder)) return
  // A volume without a name belongs to its container alone; the colon keeps it apart from all names.
  const key = name || `${container.name}:${folder}`
  const volume = draft.volumes.get(key) ?? toFreeName(name || folder, 'data', draft.volumes.values())
  draft.volumes.set(key, volume)
  container.volumes.push({ volume, path: folder })
  addNote(target, 'volume-made', volume)
}

/** A part of a word with the expansions that stand in it. */
export const partOf = (word: Word, text: string): Word => ({
  text,
  source: word.source,
  symbols: text.includes('$') ? word.symbols : [],
  unresolved: word.unresolved.filter((expansion) => text.includes(expansion)),
})

/** Splits `host:path[:options]`, one side only when there is no colon. */
export function parseBind(word: Word): MountRequest | undefined {
  const parts = word.text.split(':')
  const [first = '', second] = parts
  if (parts.length > 3 || first === '') return undefined
  if (second === undefined) return { host: undefined, path: word }
  return { host: partOf(word, first), path: partOf(word, second) }
}

/** Splits the value of `--mount`: `type=bind,source=…,target=…`. */
export function parseMount(word: Word): (MountRequest & { type: string }) | undefined {
  const fields = new Map<string, string>()
  for (const field of word.text.split(',')) {
    const at = field.indexOf('=')
    if (at > 0) fields.set(field.slice(0, at), field.slice(at + 1))
  }
  const path = fields.get('target') ?? fields.get('destination') ?? fields.get('dst')
  if (path === undefined) return undefined
  const host = fields.get('source') ?? fields.get('src')
  return {
    type: fields.get('type') ?? 'volume',
    host: host === undefined ? undefined : partOf(word, host),
    path: partOf(word, path),
  }
}
