// What a launched program can reach, read from the running container itself: from the kernel's files about its processes
// and from commands within it, never from what the agent meant to ask for.
import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, chownSync, readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { LaunchProfile } from '@bongsu/protocol'
import type Docker from 'dockerode'
import type { DisplayPort } from '../../../packages/agent/src/reconciler/ports.ts'
import { machineEngine } from '../../infra/docker-engine.ts'
import { programImage } from '../../infra/program-image.ts'
import { requireProgram } from '../../infra/programs.ts'
import { suiteCleanup } from '../../infra/suite-cleanup.ts'
import { startXServer, type XServer } from '../../infra/x-server.ts'
import { unexpectedMounts } from './mount-table.ts'
import { launchOf, presentImage, RealDevice } from './real-device.ts'

/** Users that no image knows. */
const FIRST_UID = 4321
const SECOND_UID = 4322
/** Beside each other: nothing else arranges windows. */
const drawsAt = (x: number): LaunchProfile => ({
  containers: [
    {
      name: 'main',
      command: ['xlogo', '-geometry', `200x200+${x}+0`],
      resources: { memoryBytes: 256 * 1024 * 1024 },
    },
  ],
  display: { required: true },
  network: 'bridge',
})

interface Running {
  readonly launchId: string
  readonly containerId: string
  /** The program's, not its init's. */
  readonly pid: number
}

describe('a running container', () => {
  const cleanup = suiteCleanup()
  let docker: Docker
  let imageId: string
  let x: XServer
  let hostsBefore: string
  let first: RealDevice
  let one: Running
  let second: RealDevice
  let other: Running

  before(async () => {
    docker = await machineEngine()
    imageId = (await docker.getImage(await programImage()).inspect()).Id
    x = await startXServer(cleanup)
    hostsBefore = xhost()
    first = deviceOf(FIRST_UID)
    second = deviceOf(SECOND_UID)
    ;[one, other] = await Promise.all([running(first, 0), running(second, 300)])
  })
  after(() => cleanup.run())

  const xhost = () =>
    execFileSync(requireProgram('xhost', 'x11-xserver-utils'), {
      encoding: 'utf8',
      env: { DISPLAY: x.displayName, XAUTHORITY: x.authFile },
    })

  /** A device whose screen belongs to this user: the test itself is root, whom every image knows. */
  function deviceOf(uid: number): RealDevice {
    const wrapDisplay = (display: DisplayPort): DisplayPort => ({
      ...boundMethods(display),
      async bind(request, signal) {
        const result = await display.bind(request, signal)
        if (result.kind !== 'bound') return result
        const { cookieDir } = result.binding
        for (const path of [cookieDir, ...readdirSync(cookieDir).map((name) => join(cookieDir, name))])
          chownSync(path, uid, uid)
        return { kind: 'bound', binding: { ...result.binding, uid, gid: uid } }
      },
    })
    return new RealDevice(cleanup, { x, wrapDisplay })
  }

  async function running(device: RealDevice, x: number): Promise<Running> {
    await device.startAgent()
    const launch = launchOf(presentImage(imageId), drawsAt(x))
    await device.want(launch)
    const { containers } = await device.until(
      launch.launchId,
      'the picture',
      ({ picture }) => picture?.verdict === 'visible',
    )
    const containerId = containers[0]?.containerId ?? ''
    const { State } = await docker.getContainer(containerId).inspect()
    const [child = ''] = readFileSync(`/proc/${State.Pid}/task/${State.Pid}/children`, 'utf8').split(' ')
    return { launchId: launch.launchId, containerId, pid: Number(child) }
  }

  const python = async (source: string): Promise<string> => {
    const argv = ['python3', '-c', source]
    const limits = { timeoutMs: 30_000, maxBytes: 100_000 }
    const execution = await first.runtime().execute(one.containerId, { argv, ...limits })
    assert.ok(execution !== 'not_running')
    assert.equal(execution.exitCode, 0, execution.output)
    return execution.output
  }

  const status = (field: string): string =>
    new RegExp(`^${field}:\\s*(.*)$`, 'm').exec(readFileSync(`/proc/${one.pid}/status`, 'utf8'))?.[1] ?? ''

  test('has no capability, can gain none, and is filtered', () => {
    const none = '0'.repeat(16)
    for (const set of ['CapInh', 'CapPrm', 'CapEff', 'CapBnd', 'CapAmb']) assert.equal(status(set), none, set)
    assert.deepEqual([status('NoNewPrivs'), status('Seccomp')], ['1', '2'])
    assert.deepEqual(status('Uid').split('\t'), Array(4).fill(String(FIRST_UID)))
    assert.doesNotMatch(` ${status('Groups')} `, / 0 /)
  })

  test('lives in namespaces of its own, and shares none with another launch', () => {
    for (const kind of ['ipc', 'pid', 'net', 'mnt', 'uts']) {
      const of = (pid: number | 'self') => readlinkSync(`/proc/${pid}/ns/${kind}`)
      assert.notEqual(of(one.pid), of('self'), kind)
      assert.notEqual(of(one.pid), of(other.pid), kind)
    }
  })

  test('has nothing of the device’s files but what the recipe mounts, and that only to read', () => {
    const table = readFileSync(`/proc/${one.pid}/mountinfo`, 'utf8')
    assert.deepEqual(unexpectedMounts(table, { launchId: one.launchId, containerId: one.containerId }), [])
    assert.doesNotMatch(table, / \/(?:home\/(?!bongsu )|root)/)
  })

  test('finds a list of mounts wanting that is not as it should be', () => {
    const table = readFileSync(`/proc/${one.pid}/mountinfo`, 'utf8')
    const line = '999 1 8:1 /etc/shadow /etc/shadow ro,relatime - ext4 /dev/sda1 rw\n'
    const ids = { launchId: one.launchId, containerId: one.containerId }
    assert.equal(unexpectedMounts(table + line, ids).length, 1)
    assert.equal(unexpectedMounts(table.replace('/tmp/.X11-unix ro', '/tmp/.X11-unix rw'), ids).length, 1)
    assert.ok(unexpectedMounts(table, { ...ids, launchId: other.launchId }).length > 0)
  })

  test('cannot reach the X server past its cookie', async () => {
    const abstract = `@/tmp/.X11-unix/X${x.display}`
    const isListening = (pid: number | 'self') =>
      readFileSync(`/proc/${pid}/net/unix`, 'utf8')
        .split('\n')
        .some((line) => line.endsWith(` ${abstract}`))
    assert.ok(isListening('self'), 'the server has such a socket, on the device')
    assert.ok(!isListening(one.pid))
    const said = await python(`
import socket, os
s = socket.socket(socket.AF_UNIX)
try: s.connect('\\0/tmp/.X11-unix/X${x.display}'); print('connected')
except OSError as e: print(e.strerror)
os.environ['XAUTHORITY'] = '/nonexistent'
import subprocess
print(subprocess.run(['xlogo'], capture_output=True, text=True).stderr)
`)
    assert.match(said, /^Connection refused$/m)
    assert.match(said, /Authorization required|No protocol specified/)
  })

  test('cannot read the cookie of another launch, by whatever way', async () => {
    const said = await python(`
import os
found = [os.path.join(d, f) for d, _, files in os.walk('/run') for f in files if f == 'Xauthority']
print(found)
for path in ${JSON.stringify([cookieOf(second, other), cookieOf(first, one)])}:
    print(os.path.exists(path))
try: open('/run/xauth/Xauthority', 'wb')
except OSError as e: print(e.strerror)
`)
    assert.deepEqual(said.trim().split('\n'), [
      "['/run/xauth/Xauthority']",
      'False',
      'False',
      'Read-only file system',
    ])
    // Even where its user got out to the device, and the folders above were open.
    chmodSync(second.folder, 0o711)
    const read = (uid: number) =>
      spawnSync('cat', [cookieOf(second, other)], { uid, gid: uid, encoding: 'utf8' })
    assert.match(read(FIRST_UID).stderr, /Permission denied/)
    assert.equal(read(SECOND_UID).status, 0)
  })

  const cookieOf = (device: RealDevice, { launchId }: Running) =>
    join(device.folder, 'run', 'x', launchId, 'Xauthority')

  test('sees no process of the device and no device beyond its own', async () => {
    const said = await python(`
import os
print(sorted(int(p) for p in os.listdir('/proc') if p.isdigit())[-1] < 1000)
print([d for d in os.listdir('/dev') if d in ('mem', 'kmem', 'sda', 'vda', 'tty0', 'kvm', 'fuse')])
try: os.mknod('/tmp/node', 0o600 | 0o060000, os.makedev(8, 0))
except OSError as e: print(e.strerror)
try: os.setuid(0)
except OSError as e: print(e.strerror)
`)
    const notPermitted = 'Operation not permitted'
    assert.deepEqual(said.trim().split('\n'), ['True', '[]', notPermitted, notPermitted])
  })

  test('knows its user by name, and those of its image, and none of the device', async () => {
    const said = await python(`
import getpass, os, pwd, grp
me = pwd.getpwuid(os.getuid())
print(me.pw_name, me.pw_uid, me.pw_gid, me.pw_dir, grp.getgrgid(os.getgid()).gr_name, getpass.getuser())
print(os.path.expanduser('~'), pwd.getpwnam('www-data').pw_uid)
`)
    const user = `bongsu ${FIRST_UID} ${FIRST_UID} /home/bongsu bongsu bongsu`
    assert.deepEqual(said.trim().split('\n'), [user, '/home/bongsu 33'])
  })

  test('writes where programs write, and finds the screen below a /tmp of its own', async () => {
    const said = await python(`
import os, stat, tempfile
print(oct(stat.S_IMODE(os.stat('/tmp').st_mode)), os.path.ismount('/tmp'), os.listdir('/tmp/.X11-unix') != [])
for folder in ('/tmp', os.environ['HOME'], os.environ['XDG_RUNTIME_DIR'], '/dev/shm'):
    with tempfile.NamedTemporaryFile(dir=folder) as f: f.write(b'x')
script = os.path.join('/tmp', 'run.sh')
open(script, 'w').write('#!/bin/sh\\necho ran')
os.chmod(script, 0o700)
print(os.popen(script).read().strip())
try: open('/tmp/.X11-unix/x', 'w')
except OSError as e: print(e.strerror)
`)
    assert.deepEqual(said.trim().split('\n'), ['0o1777 True True', 'ran', 'Read-only file system'])
  })

  test('leaves the server’s list of hosts as it was', () => assert.equal(xhost(), hostsBefore))
})

/** A class's methods do not come along when its object is spread. */
const boundMethods = (display: DisplayPort): DisplayPort => ({
  look: (signal) => display.look(signal),
  bind: (request, signal) => display.bind(request, signal),
  release: (launchId) => display.release(launchId),
  boundLaunches: () => display.boundLaunches(),
  lastReport: () => display.lastReport(),
  watch: (onChange) => display.watch(onChange),
})
