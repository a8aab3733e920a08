// What is worth knowing of the files in a layer without keeping them: a few hundred names out of many thousands, gathered while
// the layer streams past. Headers are read, contents passed over; nothing of it can fail an upload.
// Source: POSIX.1-2017 pax; GNU tar, long names; OCI image specification, layer.md (whiteouts).

export interface LayerContents {
  /** Without a leading slash, sorted. */
  readonly paths: readonly string[]
  /** Paths that the layer takes away from those below it; one that ends with `/` empties that folder. */
  readonly removed: readonly string[]
  /** A few programs and the processors they are made for. */
  readonly programs: readonly { readonly path: string; readonly architecture: string }[]
}

const BLOCK = 512
const HEAD_BYTES = 20
const MAX_PATHS = 4000
const MAX_PROGRAMS = 20
const MAX_NAME_BYTES = 4096

/** What the gate judges by: Python distributions, Qt's platform plugins, X libraries, fonts. */
const TELLING =
  /(?:^|\/)(?:[^/]+\.(?:dist|egg)-info\/METADATA|[^/]+\.egg-info\/PKG-INFO|[^/]+\.egg-info|libqxcb\.so|libxcb-[a-z0-9-]+\.so\.\d+|libxkbcommon-x11\.so\.\d+|[^/]+\.(?:ttf|otf|ttc))$/i
const PROGRAM = /^(?:usr\/|usr\/local\/)?s?bin\/[^/]+$|^(?:app|opt)\/[^/]+$/
/** e_machine, as images name architectures. */
const MACHINES: Readonly<Record<number, string>> = {
  3: '386',
  40: 'arm',
  62: 'amd64',
  183: 'arm64',
  243: 'riscv64',
}

export class LayerScan {
  readonly #paths = new Set<string>()
  readonly #removed = new Set<string>()
  readonly #programs: { path: string; architecture: string }[] = []
  #header: Buffer = Buffer.alloc(BLOCK)
  #headerBytes = 0
  /** Of the present entry, with its padding. */
  #left = 0
  /** Gets the first bytes of a content that is looked at. */
  #wanted:
    | { readonly bytes: number; readonly use: (content: Buffer) => void; kept: Buffer[]; length: number }
    | undefined
  /** Given by an entry of its own for the next one. */
  #longName: string | undefined

  /** The next bytes of the uncompressed layer. */
  push(chunk: Uint8Array): void {
    for (let at = 0; at < chunk.length; ) {
      if (this.#left > 0) {
        const taken = Math.min(this.#left, chunk.length - at)
        this.#keep(chunk.subarray(at, at + taken))
        this.#left -= taken
        at += taken
        if (this.#left === 0) this.#finish()
        continue
      }
      const taken = Math.min(BLOCK - this.#headerBytes, chunk.length - at)
      this.#header.set(chunk.subarray(at, at + taken), this.#headerBytes)
      this.#headerBytes += taken
      at += taken
      if (this.#headerBytes === BLOCK) this.#begin()
    }
  }

  contents(): LayerContents {
    return {
      paths: [...this.#paths].toSorted(),
      removed: [...this.#removed].toSorted(),
      programs: this.#programs,
    }
  }

  #begin(): void {
    this.#headerBytes = 0
    const header = this.#header
    const bytes = sizeOf(header)
    this.#left = Math.ceil(bytes / BLOCK) * BLOCK
    const type = String.fromCharCode(header[156] ?? 0)
    if (type === 'L' || type === 'x') {
      this.#want(Math.min(bytes, MAX_NAME_BYTES), (content) => {
        this.#longName = type === 'L' ? textOf(content) : (paxPath(content) ?? this.#longName)
      })
      return
    }
    if (type === 'g' || type === 'K') return
    const path = (this.#longName ?? nameOf(header)).replace(/^(\.?\/)+/, '')
    this.#longName = undefined
    this.#note(path, type, bytes)
  }

  #note(path: string, type: string, bytes: number): void {
    const [, folder = '', name = path] = /^(.*\/)?([^/]*)$/.exec(path) ?? []
    if (name.startsWith('.wh.')) {
      if (this.#removed.size < MAX_PATHS)
        this.#removed.add(name === '.wh..wh..opq' ? folder : folder + name.slice(4))
      return
    }
    if (this.#paths.size < MAX_PATHS && TELLING.test(path)) this.#paths.add(path)
    const isFile = type === '0' || type === '\0'
    if (isFile && bytes >= HEAD_BYTES && this.#programs.length < MAX_PROGRAMS && PROGRAM.test(path)) {
      this.#want(HEAD_BYTES, (head) => {
        const architecture = architectureOf(head)
        if (architecture !== undefined) this.#programs.push({ path, architecture })
      })
    }
  }

  #want(bytes: number, use: (content: Buffer) => void): void {
    if (bytes > 0) this.#wanted = { bytes, use, kept: [], length: 0 }
  }

  #keep(piece: Uint8Array): void {
    const wanted = this.#wanted
    if (!wanted || wanted.length >= wanted.bytes) return
    // A copy: the chunk may be used again by whoever gave it.
    const part = Buffer.from(piece.subarray(0, wanted.bytes - wanted.length))
    wanted.kept.push(part)
    wanted.length += part.length
  }

  #finish(): void {
    const wanted = this.#wanted
    this.#wanted = undefined
    if (wanted) wanted.use(Buffer.concat(wanted.kept))
  }
}

/** Octal digits, or the base-256 form of GNU tar; what is neither counts as empty. */
function sizeOf(header: Buffer): number {
  if (((header[124] ?? 0) & 0x80) !== 0) {
    const bytes = Number(header.readBigUInt64BE(128))
    return Number.isSafeInteger(bytes) ? bytes : 0
  }
  const size = Number.parseInt(textOf(header.subarray(124, 136)).trim() || '0', 8)
  return Number.isSafeInteger(size) && size >= 0 ? size : 0
}

function nameOf(header: Buffer): string {
  const prefix = textOf(header.subarray(257, 263)) === 'ustar' ? textOf(header.subarray(345, 500)) : ''
  const name = textOf(header.subarray(0, 100))
  return prefix === '' ? name : `${prefix}/${name}`
}

const textOf = (bytes: Buffer): string => {
  const end = bytes.indexOf(0)
  return bytes.toString('utf8', 0, end < 0 ? bytes.length : end)
}

/** Records of `LENGTH path=VALUE\n`. */
const paxPath = (content: Buffer): string | undefined =>
  /(?:^|\n)\d+ path=([^\n]*)\n/.exec(content.toString('utf8'))?.[1]

const architectureOf = (head: Buffer): string | undefined =>
  head.length >= HEAD_BYTES && head.toString('latin1', 0, 4) === '\x7fELF'
    ? (MACHINES[head.readUInt16LE(18)] ?? 'unknown')
    : undefined
