// Starts the built image as a device will, without network, and looks what becomes of it: a list of requirements proves nothing.
// The screen is a virtual one of this machine where there is one; what is drawn on it is read from its memory.
import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { outputOf, runProgram } from './run-program.ts'
import { startVirtualScreen } from './virtual-screen.ts'

export type Proof =
  /** It drew something. */
  | { readonly kind: 'visible' }
  /** It ran as long as it was watched, and drew nothing, or there was no screen to draw on. */
  | { readonly kind: 'running'; readonly screen: 'dark' | 'none' }
  | { readonly kind: 'ended'; readonly exitCode: number; readonly log: string }

export interface ProofWish {
  readonly image: string
  /** How long a program may take to draw. */
  readonly patienceMs: number
}

const POLL_MS = 250

/** @throws CodedError CLI_TOOL_MISSING, CLI_TOOL_FAILED */
export async function proveByStarting({ image, patienceMs }: ProofWish): Promise<Proof> {
  const name = `bongsu-proof-${randomUUID().slice(0, 8)}`
  const screen = await startVirtualScreen()
  try {
    const shown = screen
      ? [
          '-e',
          `DISPLAY=:${screen.display}`,
          '-e',
          'XAUTHORITY=/run/bongsu-proof/Xauthority',
          '-e',
          'QT_X11_NO_MITSHM=1',
          '-v',
          `${screen.socketPath}:${screen.socketPath}:ro`,
          '-v',
          `${screen.cookieFolder}:/run/bongsu-proof:ro`,
        ]
      : ['-e', 'QT_QPA_PLATFORM=offscreen', '-e', 'SDL_VIDEODRIVER=dummy', '-e', 'MPLBACKEND=agg']
    await outputOf({
      argv: [
        'docker',
        'run',
        '-d',
        '--name',
        name,
        '--network',
        'none',
        '--init',
        '--cap-drop',
        'ALL',
        '--security-opt',
        'no-new-privileges',
        '--tmpfs',
        '/tmp',
        '-e',
        'HOME=/tmp',
        ...shown,
        image,
      ],
    })
    const endMs = performance.now() + patienceMs
    for (;;) {
      const [state = '', exitCode = '0'] = (
        await outputOf({
          argv: ['docker', 'inspect', '--format', '{{.State.Status}} {{.State.ExitCode}}', name],
        })
      )
        .trim()
        .split(' ')
      if (state !== 'running' && state !== 'created') {
        const { stdout, stderr } = await runProgram({ argv: ['docker', 'logs', '--tail', '60', name] })
        return { kind: 'ended', exitCode: Number(exitCode), log: `${stdout}${stderr}`.trim() }
      }
      if (await screen?.isDrawnOn()) return { kind: 'visible' }
      if (performance.now() >= endMs) return { kind: 'running', screen: screen ? 'dark' : 'none' }
      await delay(POLL_MS)
    }
  } finally {
    await runProgram({ argv: ['docker', 'rm', '-f', '-v', name] })
    await screen?.stop()
  }
}
