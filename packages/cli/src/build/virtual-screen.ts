// A virtual screen for the proof: Xvfb with a cookie, its picture in a file that can be read without speaking X.
import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chmod, mkdtemp, open, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface VirtualScreen {
  readonly display: number
  readonly socketPath: string
  /** Holds `Xauthority`, readable for the container's user. */
  readonly cookieFolder: string
  /** Whether any pixel is not as the server left it: black. */
  isDrawnOn(): Promise<boolean>
  stop(): Promise<void>
}

const START_MS = 10_000

/** Undefined where there is no Xvfb, or it does not start. */
export async function startVirtualScreen(): Promise<VirtualScreen | undefined> {
  const folder = await mkdtemp(join(tmpdir(), 'bongsu-screen-'))
  const cookiePath = join(folder, 'Xauthority')
  const clear = () => rm(folder, { recursive: true, force: true })
  await writeFile(cookiePath, wildCookie(randomBytes(16)))
  // The container's user is another one, and may not so much as list the folder's other files.
  await chmod(folder, 0o711)
  await chmod(cookiePath, 0o644)
  const options = ['-screen', '0', '1280x720x24', '-nolisten', 'tcp', '-noreset', '-auth', cookiePath]
  const child = spawn('Xvfb', ['-displayfd', '3', ...options, '-fbdir', folder], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  })
  const display = await displayNumber(child)
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null && child.pid !== undefined) {
      const gone = new Promise((resolve) => child.once('exit', resolve))
      child.kill('SIGTERM')
      await gone
    }
    await clear()
  }
  if (display === undefined) {
    await stop()
    return undefined
  }
  return {
    display,
    socketPath: `/tmp/.X11-unix/X${display}`,
    cookieFolder: folder,
    isDrawnOn: () => hasPicture(join(folder, 'Xvfb_screen0')),
    stop,
  }
}

function displayNumber(child: ChildProcess): Promise<number | undefined> {
  const { promise, resolve } = Promise.withResolvers<number | undefined>()
  const timer = setTimeout(() => resolve(undefined), START_MS)
  let text = ''
  child.stdio[3]?.on('data', (chunk: Buffer) => {
    text += chunk.toString('latin1')
    const found = /^(\d+)\n/.exec(text)?.[1]
    if (found !== undefined) resolve(Number(found))
  })
  child.once('error', () => resolve(undefined))
  child.once('exit', () => resolve(undefined))
  return promise.finally(() => clearTimeout(timer))
}

/** Of family FamilyWild: for any host name and display. Source: libXau, Xauth.h. */
function wildCookie(value: Buffer): Buffer {
  const counted = (content: Buffer) => {
    const length = Buffer.alloc(2)
    length.writeUInt16BE(content.length)
    return Buffer.concat([length, content])
  }
  const empty = Buffer.alloc(0)
  return Buffer.concat([
    Buffer.from([0xff, 0xff]),
    counted(empty),
    counted(empty),
    counted(Buffer.from('MIT-MAGIC-COOKIE-1')),
    counted(value),
  ])
}

/** Source: X Window Dump file format, XWDFile.h: header size first, number of colours at 76, each of 12 bytes. */
async function hasPicture(path: string): Promise<boolean> {
  const file = await open(path).catch(() => undefined)
  if (!file) return false
  try {
    const content = await file.readFile()
    if (content.length < 100) return false
    const start = content.readUInt32BE(0) + content.readUInt32BE(76) * 12
    return content.subarray(start).some((byte) => byte !== 0)
  } finally {
    await file.close()
  }
}
