// Data into a window that stays: a program on the screen shows what analysis programs of its group send, over the
// group's socket and its network, while they come and go; nobody outside the group reaches either.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, statSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { DesiredLaunch, LaunchProfile, LaunchStatus } from '@bongsu/protocol'
import { localBaseImageName } from '@bongsu/trial'
import type Docker from 'dockerode'
import { machineEngine } from '../../infra/docker-engine.ts'
import { ensureLayeredImage } from '../../infra/layered-image.ts'
import { requireProgram } from '../../infra/programs.ts'
import { suiteCleanup } from '../../infra/suite-cleanup.ts'
import { waitFor } from '../../infra/wait-for.ts'
import { startXServer, type XServer } from '../../infra/x-server.ts'
import { launchOf, presentImage, RealDevice } from '../runtime/real-device.ts'

/** A window in the colour that was last sent. Whoever is in the group may send, so its socket is open to all of them. */
const SCREEN = `
import os, socket, threading
from PyQt5 import QtCore, QtGui, QtWidgets
class Bridge(QtCore.QObject):
    told = QtCore.pyqtSignal(str)
application, bridge, window = QtWidgets.QApplication([]), Bridge(), QtWidgets.QWidget()
def show(colour):
    window.setWindowTitle(colour)
    window.setStyleSheet('background-color: ' + colour)
def serve(listener):
    while True:
        peer, _ = listener.accept()
        bridge.told.emit(peer.makefile().readline().strip())
        peer.close()
bridge.told.connect(show)
local, network = socket.socket(socket.AF_UNIX), socket.create_server(('', 5000))
path = os.environ['BONGSU_DATA_SOCKET']
if os.path.exists(path): os.unlink(path)
local.bind(path)
os.chmod(path, 0o777)
local.listen()
for listener in (local, network): threading.Thread(target=serve, args=[listener], daemon=True).start()
window.setGeometry(100, 100, 200, 200)
# A window of one colour alone counts as black.
label = QtWidgets.QLabel('data', window)
label.setStyleSheet('background-color: white; color: black')
show('black')
window.show()
application.exec()
`

const send = (colour: string, connect: string) =>
  `import os, socket, time
${connect}
peer.sendall(b'${colour}\\n')
time.sleep(1000)`
const overSocket = (colour: string) =>
  send(colour, `peer = socket.socket(socket.AF_UNIX); peer.connect(os.environ['BONGSU_DATA_SOCKET'])`)
const overNetwork = (colour: string, host: string) =>
  send(colour, `peer = socket.create_connection(('${host}', 5000))`)

describe('launches of one group', () => {
  const cleanup = suiteCleanup()
  let docker: Docker
  let x: XServer
  const images = { screen: '', analysis: '' }

  before(async () => {
    requireProgram('import', 'imagemagick')
    docker = await machineEngine()
    const idOf = async (reference: string) => (await docker.getImage(reference).inspect()).Id
    images.screen = await idOf((await localBaseImageName('gui')).reference)
    // Another user than that of the screen, as an image of somebody else's has it.
    const nobody = { name: 'nobody', base: { kind: 'x11' }, instructions: ['USER 65534:65534'] } as const
    images.analysis = await idOf(await ensureLayeredImage(nobody))
    x = await startXServer(cleanup)
  })
  after(() => cleanup.run())

  const screen = (group: string): DesiredLaunch => ({
    ...launchOf(presentImage(images.screen), {
      containers: [{ name: 'main', command: ['python3', '-c', SCREEN] }],
      display: { required: true },
    }),
    packageId: 'screen',
    group,
  })
  const analysis = (
    group: string | undefined,
    program: string,
    profile: Partial<LaunchProfile> = {},
  ): DesiredLaunch => ({
    ...launchOf(presentImage(images.analysis), {
      containers: [
        {
          name: 'main',
          command: ['python3', '-c', program],
          // A name that nobody has is asked for outside, where no answer comes from.
          environment: { RES_OPTIONS: 'timeout:1 attempts:1' },
        },
      ],
      ...profile,
    }),
    packageId: 'analysis',
    ...(group !== undefined && { group }),
  })

  const isVisible = ({ picture }: LaunchStatus) => picture?.verdict === 'visible'
  const isRunning = ({ phase }: LaunchStatus) => phase === 'running'
  const idOf = ({ containers }: LaunchStatus) => containers[0]?.containerId ?? ''

  /** `#RRGGBB` in the middle of the window. */
  const colour = (): string => {
    const env = { ...process.env, DISPLAY: x.displayName, XAUTHORITY: x.authFile }
    const command = ['-window', 'root', '-crop', '1x1+200+200', '-depth', '8', 'rgb:-']
    return `#${execFileSync('import', command, { env }).toString('hex')}`
  }
  const untilColour = (wanted: string) =>
    waitFor(colour, { what: `the colour ${wanted}`, until: (seen) => seen === wanted, intervalMs: 50 })

  const lastWords = async (device: RealDevice, launch: DesiredLaunch): Promise<string> => {
    const own = async () =>
      (await device.runtime().listContainers()).find(({ launchId }) => launchId === launch.launchId)
    const ended = await waitFor(own, { what: 'its words', until: (one) => one?.state === 'exited' })
    const options = { lines: 50, maxBytes: 10_000 }
    return (await device.runtime().logTail(ended?.containerId ?? '', options)) ?? ''
  }

  test('analysis programs feed a window that stays, and the group goes with its last launch', async () => {
    const device = new RealDevice(cleanup, { x })
    await device.startAgent()
    const window = screen('bay-3')
    await device.want(window)
    const shown = await device.until(window.launchId, 'the window', isVisible)
    const feeds = [
      ['#ff0000', overSocket('#ff0000')],
      ['#0000ff', overNetwork('#0000ff', 'screen')],
      ['#00ff00', overNetwork('#00ff00', window.launchId)],
    ] as const
    for (const [wanted, program] of feeds) {
      const feeding = analysis('bay-3', program)
      await device.want(window, feeding)
      await device.until(feeding.launchId, 'the analysis', isRunning)
      await untilColour(wanted)
      const still = await device.until(window.launchId, 'the window', isVisible)
      assert.equal(idOf(still), idOf(shown), 'the window was made anew')
    }
    await device.want(window)
    assert.deepEqual(await device.runtime().listGroups(), ['bay-3'])
    await device.want()
    await waitFor(() => device.runtime().listGroups(), {
      what: 'no group',
      until: ({ length }) => length === 0,
    })
    assert.equal(existsSync(join(device.folder, 'run', 'groups', 'bay-3')), false)
  })

  test('who is in no group or in another one reaches neither socket nor network, and no group reaches the device', async () => {
    const device = new RealDevice(cleanup, { x })
    await device.startAgent()
    const window = screen('bay-3')
    await device.want(window)
    const shown = await device.until(window.launchId, 'the window', isVisible)
    const { NetworkSettings } = await docker.getContainer(idOf(shown)).inspect()
    const [network] = Object.values(NetworkSettings.Networks)
    const [listening, bridge] = [await listenEverywhere(), await bridgeAddress()]
    const probe = (group: string | undefined) =>
      analysis(
        group,
        `import os, socket
def ask(what, action):
    try: print(what, 'yes', action())
    except Exception as error: print(what, 'no', error)
def gateway(): return socket.gethostbyname(socket.gethostname()).rsplit('.', 1)[0] + '.1'
def reach(host, port): return socket.create_connection((host, port), 2)
ask('name', lambda: socket.gethostbyname('screen'))
ask('address', lambda: reach('${network?.IPAddress}', 5000))
ask('device', lambda: reach(gateway(), ${listening}))
ask('bridge', lambda: reach('${bridge}', ${listening}))
ask('socket', lambda: os.listdir('/run/bongsu/group'))`,
      )
    const stranger = probe(undefined)
    const neighbour = probe('bay-4')
    await device.want(window, stranger, neighbour)
    for (const launch of [stranger, neighbour]) {
      const words = await lastWords(device, launch)
      for (const what of ['name', 'address', 'device', 'bridge'])
        assert.match(words, new RegExp(`^${what} no`, 'm'))
    }
    assert.match(await lastWords(device, stranger), /^socket no/m)
    assert.match(await lastWords(device, neighbour), /^socket yes \[\]$/m)
    assert.equal(statSync(join(device.folder, 'run', 'groups')).mode & 0o777, 0o700)

    async function bridgeAddress(): Promise<string> {
      const { IPAM } = await docker.getNetwork('bridge').inspect()
      return IPAM?.Config?.[0]?.Gateway ?? ''
    }

    /** A port of the device itself, open on all its addresses. */
    async function listenEverywhere(): Promise<number> {
      const server = createServer((socket) => socket.destroy())
      await new Promise<void>((resolve) => server.listen(0, resolve))
      cleanup.after(async () => void server.close())
      const address = server.address()
      return typeof address === 'object' && address !== null ? address.port : 0
    }
  })

  test('a launch with a network of its own keeps it in a group', async () => {
    const device = new RealDevice(cleanup, { x })
    await device.startAgent()
    const program = `print(open('/proc/net/route').read()); import socket; print('self', socket.gethostbyname('analysis'))`
    const outgoing = analysis('bay-3', program, { network: 'bridge' })
    await device.want(outgoing)
    assert.match(await lastWords(device, outgoing), /self \d+\.\d+/)
    const listed = await device.runtime().listContainers()
    const made = listed.find(({ launchId }) => launchId === outgoing.launchId)
    const { NetworkSettings } = await docker.getContainer(made?.containerId ?? '').inspect()
    assert.equal(Object.keys(NetworkSettings.Networks).length, 2)
    assert.ok(NetworkSettings.Networks.bridge)
  })

  test('a restart of the agent leaves window and group as they are, and sweeps a group whose launches went meanwhile', async () => {
    const device = new RealDevice(cleanup, { x })
    await device.startAgent()
    const window = screen('bay-3')
    const other = analysis('bay-4', 'import time; time.sleep(1000)')
    await device.want(window, other)
    const shown = await device.until(window.launchId, 'the window', isVisible)
    const gone = await device.until(other.launchId, 'the other', isRunning)
    await device.stopAgent()
    await device.runtime().removeContainer(idOf(gone))
    await device.startAgent()
    const feeding = analysis('bay-3', overSocket('#00ffff'))
    await device.want(window, feeding)
    await untilColour('#00ffff')
    const still = await device.until(window.launchId, 'the window', isVisible)
    assert.equal(idOf(still), idOf(shown))
    await waitFor(() => device.runtime().listGroups(), {
      what: 'one group',
      until: (groups) => groups.join() === 'bay-3',
    })
  })
})
