// How a program fails to reach its display, and what it says when it loses it.
import { randomBytes } from 'node:crypto'
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { encodeAuthFile, runCommand } from '@bongsu/trial'
import {
  cookiesFor,
  encodeAuthFile as encodeWild,
  parseAuthFile,
  wildEntry,
} from '../../../packages/agent/src/display/x11/auth-file.ts'
import { openX11, type X11Connection } from '../../../packages/agent/src/display/x11/connection.ts'
import { restartableX } from '../../infra/restartable-x.ts'
import { type Cleanup, tempDir } from '../../infra/temp-dir.ts'
import { waitFor } from '../../infra/wait-for.ts'
import type { FailingRun } from './failing-run.ts'
import { type LiveCase, onScreen, QT5_WINDOW, type Screen, SOCKETS } from './live-case.ts'

export function xCases(image: string, screen: Screen, cleanup: Cleanup): LiveCase[] {
  const { number } = screen
  const sockets = { HostConfig: { Binds: [SOCKETS] } }
  const display = (value: string) => ({ image, environment: [`DISPLAY=${value}`], options: sockets })
  return [
    {
      id: 'X1',
      what: 'Qt without a cookie',
      code: 'AGENT_CAUSE_X_NO_COOKIE',
      exitCode: 134,
      run: () => ({ ...display(`:${number}`), command: QT5_WINDOW }),
    },
    {
      id: 'X1',
      what: 'Xt without a cookie',
      code: 'AGENT_CAUSE_X_NO_COOKIE',
      run: () => ({ ...display(`:${number}`), command: ['xcalc'] }),
    },
    {
      id: 'X2',
      what: 'Qt with the cookie of an earlier life',
      code: 'AGENT_CAUSE_X_WRONG_COOKIE',
      run: () => ({
        image,
        command: QT5_WINDOW,
        ...onScreen({ number, authFile: otherCookie(cleanup, number) }),
      }),
    },
    {
      id: 'X3',
      what: 'Qt with DISPLAY=unix',
      code: 'AGENT_CAUSE_X_DISPLAY_UNIX',
      run: () => ({ ...display('unix'), command: QT5_WINDOW }),
    },
    {
      id: 'X3',
      what: 'Xt with DISPLAY=unix',
      code: 'AGENT_CAUSE_X_DISPLAY_UNIX',
      run: () => ({ ...display('unix'), command: ['xcalc'] }),
    },
    {
      id: 'X4',
      what: 'Qt with the display of an ssh session',
      code: 'AGENT_CAUSE_X_DISPLAY_OF_SSH',
      run: () => ({ ...display('unixlocalhost:10.0'), command: QT5_WINDOW }),
    },
    {
      id: 'X4',
      what: 'Xt with the display of an ssh session',
      code: 'AGENT_CAUSE_X_DISPLAY_OF_SSH',
      run: () => ({ ...display('localhost:10.0'), command: ['xcalc'] }),
    },
    {
      id: 'X5',
      what: 'Qt without DISPLAY',
      code: 'AGENT_CAUSE_X_DISPLAY_NOT_SET',
      run: () => ({ image, command: QT5_WINDOW }),
    },
    {
      id: 'X5',
      what: 'Tk without DISPLAY',
      code: 'AGENT_CAUSE_X_DISPLAY_NOT_SET',
      run: () => ({ image, command: ['python3', '-c', 'import tkinter; tkinter.Tk()'] }),
    },
    {
      id: 'X5',
      what: 'OpenGL without DISPLAY',
      code: 'AGENT_CAUSE_X_DISPLAY_NOT_SET',
      run: () => ({ image, command: ['glxgears'] }),
    },
    {
      id: 'X6',
      what: 'Qt without the socket',
      code: 'AGENT_CAUSE_X_UNREACHABLE',
      run: () => ({ image, command: QT5_WINDOW, environment: [`DISPLAY=:${number}`] }),
    },
    {
      id: 'X6',
      what: 'GTK without the socket',
      code: 'AGENT_CAUSE_X_UNREACHABLE',
      run: () => ({ image, command: ['zenity', '--info'], environment: [`DISPLAY=:${number}`] }),
    },
    {
      id: 'X7',
      what: 'Xt on a display that is full',
      code: 'AGENT_CAUSE_X_TOO_MANY_CLIENTS',
      run: () => fullDisplay(image, cleanup),
    },
    {
      id: 'X8',
      what: 'Qt whose server is killed',
      code: 'AGENT_CAUSE_X_SERVER_ENDED',
      run: () => lostServer(image, SHOWN_QT5_WINDOW, cleanup),
    },
    {
      id: 'X8',
      what: 'Xt whose server is killed',
      code: 'AGENT_CAUSE_X_SERVER_ENDED',
      run: () => lostServer(image, ['sh', '-c', 'echo begins; exec xcalc'], cleanup),
    },
    {
      id: 'X9',
      what: 'shared memory across IPC namespaces',
      code: 'AGENT_CAUSE_X_SHM_REFUSED',
      run: () => ({ image, command: ['python3', '-c', SHM_ATTACH], ...onScreen(screen) }),
    },
    {
      id: 'X10',
      what: 'an image put from a segment that is none',
      code: 'AGENT_CAUSE_X_SHM_SEGMENT',
      run: () => ({ image, command: ['python3', '-c', SHM_PUT], ...onScreen(screen) }),
    },
    {
      id: 'X11',
      what: 'OpenGL with an untrusted cookie',
      code: 'AGENT_CAUSE_X_UNTRUSTED_COOKIE',
      run: () => untrusted(image, screen, cleanup),
    },
  ]
}

const SHOWN_QT5_WINDOW = [
  'python3',
  '-c',
  'from PyQt5.QtWidgets import *; a = QApplication([]); w = QLabel("x"); w.show(); a.processEvents(); print("begins", flush=True); a.exec_()',
]

/** Attaches a segment of this IPC namespace, as old toolkits do; Xlib itself reports what the server answers. */
const SHM_ATTACH = `
import ctypes as c
x, e, l = c.CDLL('libX11.so.6'), c.CDLL('libXext.so.6'), c.CDLL(None)
class Info(c.Structure): _fields_ = [('seg', c.c_ulong), ('id', c.c_int), ('addr', c.c_void_p), ('ro', c.c_int)]
x.XOpenDisplay.restype = c.c_void_p; l.shmat.restype = c.c_void_p
d = c.c_void_p(x.XOpenDisplay(None)); i = l.shmget(0, 4096, 0o1600)
info = Info(0, i, l.shmat(i, None, 0), 0)
e.XShmAttach(d, c.byref(info)); x.XSync(d, 0)
`

/** XShmPutImage (MIT-SHM minor 3) on the root window with a segment that was never attached. */
const SHM_PUT = `
import ctypes as c
x, e = c.CDLL('libX11.so.6'), c.CDLL('libXext.so.6')
class Info(c.Structure): _fields_ = [('seg', c.c_ulong), ('id', c.c_int), ('addr', c.c_void_p), ('ro', c.c_int)]
x.XOpenDisplay.restype = c.c_void_p; x.XDefaultRootWindow.restype = c.c_ulong; x.XDefaultVisual.restype = c.c_void_p
x.XDefaultGC.restype = c.c_void_p; e.XShmCreateImage.restype = c.c_void_p
d = c.c_void_p(x.XOpenDisplay(None)); info = Info(12345, 1, None, 0)
v, g = c.c_void_p(x.XDefaultVisual(d, 0)), c.c_void_p(x.XDefaultGC(d, 0)); r = c.c_ulong(x.XDefaultRootWindow(d))
m = c.c_void_p(e.XShmCreateImage(d, v, 24, 2, None, c.byref(info), 16, 16))
e.XShmPutImage(d, r, g, m, 0, 0, 0, 0, 16, 16, 0); x.XSync(d, 0)
`

function otherCookie(cleanup: Cleanup, number: number): string {
  const path = `${tempDir(cleanup, 'cookie')}/Xauthority`
  writeFileSync(path, encodeAuthFile(number, randomBytes(16)), { mode: 0o644 })
  return path
}

async function lostServer(image: string, command: readonly string[], cleanup: Cleanup): Promise<FailingRun> {
  const x = restartableX(cleanup)
  await x.start()
  const act = async (): Promise<void> => {
    await waitFor(() => x.clients(), { what: 'the client', until: (count) => count > 0, intervalMs: 20 })
    await x.end('SIGKILL')
  }
  return {
    image,
    command,
    ...onScreen({ number: x.number(), authFile: x.authFile }),
    meanwhile: { after: 'begins', act },
  }
}

async function fullDisplay(image: string, cleanup: Cleanup): Promise<FailingRun> {
  const x = restartableX(cleanup, ['-maxclients', '64'])
  await x.start()
  const number = x.number()
  const [cookie] = cookiesFor(parseAuthFile(readFileSync(x.authFile)).entries, {
    number,
    hostname: hostname(),
  })
  const socketPath = `/tmp/.X11-unix/X${number}`
  const connections: X11Connection[] = []
  cleanup.after(() => connections.forEach((connection) => void connection.close()))
  // Until the server itself says that it is full.
  while (connections.length < 70) {
    try {
      connections.push(await openX11({ socketPath, cookie, timeoutMs: 5000 }))
    } catch {
      break
    }
  }
  return { image, command: ['xcalc'], ...onScreen({ number, authFile: x.authFile }) }
}

/** A cookie that the server made for programs it does not trust, valid under any host name. */
async function untrusted(image: string, { number, authFile }: Screen, cleanup: Cleanup): Promise<FailingRun> {
  const made = `${tempDir(cleanup, 'untrusted')}/Xauthority`
  copyFileSync(authFile, made)
  await runCommand(['xauth', '-f', made, 'generate', `:${number}`, '.', 'untrusted', 'timeout', '3600'], {
    environment: { XAUTHORITY: authFile },
  })
  const [cookie] = cookiesFor(
    parseAuthFile(readFileSync(made)).entries.filter(({ family }) => family !== 0xffff),
    { number, hostname: hostname() },
  )
  if (!cookie) throw new Error('xauth made no cookie')
  writeFileSync(made, encodeWild([wildEntry(number, cookie)]))
  return { image, command: ['glxinfo', '-B'], ...onScreen({ number, authFile: made }) }
}
