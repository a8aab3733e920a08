// From a folder of Python to a window on a device, by the commands that its author calls: build, push, sign, deploy.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { AiPackage, Deployment, PackageVersion } from '@bongsu/protocol'
import { checkoutFolder, trialFiles, trialPaths } from '@bongsu/trial'
import { ensureX11Image } from '../infra/base-image.ts'
import { requireProgram } from '../infra/programs.ts'
import { suiteCleanup } from '../infra/suite-cleanup.ts'
import { tempDir } from '../infra/temp-dir.ts'
import { startXServer } from '../infra/x-server.ts'
import { authorOf, BONGSU, runProgram } from '../support/bongsu-command.ts'
import { type Stack, startStack } from '../support/stack.ts'

const TAG = 'bongsu/test-built:latest'

const PROGRAM = `
import os, sys
import cv2, numpy
from PyQt5.QtWidgets import QApplication, QLabel
weights = open(os.path.join(os.path.dirname(__file__), "weights", "net.onnx"), "rb").read()
app = QApplication(sys.argv)
label = QLabel("사람 검출 %s %d" % (cv2.__version__, len(weights)))
label.resize(400, 200)
label.show()
sys.exit(app.exec_())
`

const MANIFEST = `
[package]
koreanName = "직접 만든 검출기"
copyrightHolder = "봉수"
description = { ko = "폴더에서 만든 예제", en = "made of a folder" }
[profile]
network = "none"
display = { required = true }
[[profile.containers]]
name = "main"
`

describe('bongsu package build', () => {
  const cleanup = suiteCleanup()
  let folder: string
  let project: string
  let base: string
  let stack: Stack

  const docker = (...parameters: string[]) =>
    execFileSync(requireProgram('docker', 'docker.io'), parameters, {
      encoding: 'utf8',
      stdio: 'pipe',
    }).trim()

  /** With what the machine's pip is set up with, and its downloads kept between runs. */
  const build = (parameters: readonly string[], environment: Record<string, string> = {}) => {
    const { cache } = trialPaths(checkoutFolder(), process.env)
    return runProgram(BONGSU, ['package', 'build', ...parameters], {
      ...process.env,
      LC_ALL: 'C.UTF-8',
      PIP_CACHE_DIR: join(cache, 'pip'),
      ...environment,
    })
  }

  before(async () => {
    requireProgram('python3', 'python3')
    requireProgram('Xvfb', 'xvfb')
    folder = tempDir(cleanup, 'built')
    project = join(folder, 'My Detector')
    mkdirSync(join(project, 'weights'), { recursive: true })
    writeFileSync(join(project, 'main.py'), PROGRAM)
    writeFileSync(join(project, 'weights', 'net.onnx'), 'weights')
    writeFileSync(join(project, 'bongsu.toml'), MANIFEST)
    base = await ensureX11Image()
    cleanup.after(() => {
      const names = [TAG, 'bongsu/test-kept:latest', 'bongsu/test-elf:latest', 'bongsu/test-broken:latest']
      for (const name of names) if (docker('images', '-q', name)) docker('rmi', '-f', name)
    })
  })
  after(() => cleanup.run())

  test('guessed requirements are shown and have to be confirmed', async () => {
    const { exitCode, stderr } = await build([project, '--tag', TAG, '--base', base])
    assert.equal(exitCode, 1)
    assert.match(stderr, /CLI_BUILD_UNCONFIRMED.*numpy, opencv-python-headless, PyQt5/)
    const korean = await build([project, '--plan'], { LC_ALL: 'ko_KR.UTF-8' })
    assert.equal(korean.exitCode, 0)
    assert.match(korean.stderr, /데이터: weights\/net\.onnx/)
    assert.match(korean.stderr, /opencv-python-headless을\(를\) 씁니다/)
  })

  test('a folder becomes an image that draws, the same one each time, also by its kept Dockerfile', async () => {
    const keep = join(folder, 'kept')
    const options = [project, '--yes', '--tag', TAG, '--base', base]
    const first = await build([...options, '--keep', keep])
    assert.equal(first.exitCode, 0, first.stderr)
    assert.match(first.stderr, /it draws on the screen/)
    const id = docker('image', 'inspect', '--format', '{{.Id}}', TAG)
    assert.equal(first.stdout.trim(), `${TAG} ${id}`)
    assert.equal(docker('image', 'inspect', '--format', '{{.Config.User}}', TAG), '10001:10001')

    const again = await build([...options, '--no-proof'])
    assert.equal(again.exitCode, 0, again.stderr)
    assert.equal(docker('image', 'inspect', '--format', '{{.Id}}', TAG), id)

    assert.match(
      readFileSync(join(keep, 'wheels', 'requirements.lock'), 'utf8'),
      /^PyQt5==\S+ --hash=sha256:/m,
    )
    docker('build', '--no-cache', '--network', 'host', '-q', '-t', 'bongsu/test-kept', keep)
    const layersOf = (name: string) =>
      JSON.parse(docker('image', 'inspect', '--format', '{{json .RootFS.Layers}}', name)) as string[]
    const [kept, made] = [layersOf('bongsu/test-kept'), layersOf(TAG)]
    // Debian's own packages write their time of installation; Python's packages and the program are the same bytes.
    assert.deepEqual(kept.slice(-2), made.slice(-2))
  })

  test('what its author made is pushed, signed, and shows on a device', async () => {
    const x = await startXServer(cleanup)
    stack = await startStack(cleanup)
    await stack.startAgent({ display: x.trialDisplay })
    await stack.waitForDevice((device) => device.display?.state === 'ready', 'its display is known')
    const bongsu = (...parameters: string[]) => runProgram(BONGSU, parameters, authorOf(stack, folder))

    const unnamed = await bongsu('package', 'push', 'my-detector', '1.0.0', '--image', TAG)
    assert.equal(unnamed.exitCode, 2)
    assert.match(unnamed.stderr, /not registered yet/)
    const manifest = ['--manifest', join(project, 'bongsu.toml')]
    const pushed = await bongsu('package', 'push', 'my-detector', '1.0.0', '--image', TAG, ...manifest)
    assert.equal(pushed.exitCode, 0, pushed.stderr)
    const entry = await stack.hub.get<AiPackage>('/api/v1/packages/my-detector')
    assert.deepEqual([entry.koreanName, entry.description], ['직접 만든 검출기', '폴더에서 만든 예제'])
    assert.equal(entry.versions[0]?.image?.imageId, docker('image', 'inspect', '--format', '{{.Id}}', TAG))
    assert.deepEqual(entry.versions[0]?.findings, [], 'what was built well has nothing against it')
    const twice = await bongsu('package', 'push', 'my-detector', '1.0.0', '--image', TAG)
    assert.equal(twice.exitCode, 0, twice.stderr)
    assert.match(twice.stderr, /has this image already/)

    assert.equal((await bongsu('key', 'generate', '--no-password')).exitCode, 0)
    const key = join(trialFiles(stack.paths).trustedPublishers, 'author.pub')
    copyFileSync(join(folder, '.config', 'bongsu', 'publisher.pub'), key)
    const signed = await bongsu('package', 'sign', 'my-detector', '1.0.0')
    assert.equal(signed.exitCode, 0, signed.stderr)
    const wish = { packageId: 'my-detector', version: '1.0.0', deviceIds: [await stack.deviceId()] }
    const { launchIds } = await stack.hub.post<Deployment>('/api/v1/deployments', wish)
    await stack.waitForLaunch(
      launchIds[0] ?? '',
      ({ status }) => status?.picture?.verdict === 'visible',
      'it is visible',
    )
  })

  test('an archive is pushed as well', async () => {
    const archive = join(folder, 'built.tar')
    docker('save', '-o', archive, TAG)
    const parameters = ['package', 'push', 'my-detector', '1.0.1', '--archive', archive]
    const { exitCode, stdout, stderr } = await runProgram(BONGSU, parameters, authorOf(stack, folder))
    assert.equal(exitCode, 0, stderr)
    const version = await stack.hub.get<PackageVersion>('/api/v1/packages/my-detector/versions/1.0.1')
    assert.equal(stdout.trim(), `my-detector 1.0.1 ${version.image?.imageId}`)
    // What the program asked for before: a window.
    assert.equal(version.profile.display?.required, true)
  })

  test('a program that lacks something is told what, and with which option', async () => {
    const broken = join(folder, 'broken')
    mkdirSync(broken)
    // By no text that could be found beforehand.
    writeFileSync(join(broken, 'main.py'), 'import importlib\nimportlib.import_module("ya" + "ml")\n')
    const { exitCode, stderr } = await build([broken, '--base', base, '--tag', 'bongsu/test-broken:latest'])
    assert.equal(exitCode, 1)
    assert.match(stderr, /CLI_BUILD_MODULE_MISSING.*yaml/)
    assert.match(stderr, /--requirement PyYAML/)
  })

  test('one Linux program becomes an image, one for Windows is refused by name', async () => {
    const program = join(folder, 'clock')
    copyFileSync(requireProgram('xclock', 'x11-apps'), program)
    const built = await build([program, '--base', base, '--tag', 'bongsu/test-elf:latest'])
    assert.equal(built.exitCode, 0, built.stderr)
    assert.match(built.stderr, /it draws on the screen/)
    const windows = join(folder, 'detector.exe')
    writeFileSync(windows, 'MZ\x90\0')
    const refused = await build([windows], { LC_ALL: 'ko_KR.UTF-8' })
    assert.equal(refused.exitCode, 1)
    assert.match(refused.stderr, /CLI_BUILD_WINDOWS_PROGRAM: detector\.exe은\(는\) Windows 프로그램입니다/)
    assert.ok(!existsSync(join(folder, 'Dockerfile')))
  })
})
