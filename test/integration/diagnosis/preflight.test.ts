// The checks before a launch on the real engine: images with one thing wrong each, looked into and never trusted.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { explain, type ImageConfiguration, type LaunchProfile, type Reason } from '@bongsu/protocol'
import type Docker from 'dockerode'
import { policyOf } from '../../../packages/agent/src/policy/policy.ts'
import { contentFindings, programFindings } from '../../../packages/agent/src/preflight/content-rules.ts'
import { lookInto, programQuestions, questionKey } from '../../../packages/agent/src/preflight/image-look.ts'
import { createDockerImageInspector } from '../../../packages/agent/src/runtime/docker/image-inspector.ts'
import { defectImage } from '../../infra/diagnosis-image.ts'
import { machineEngine } from '../../infra/docker-engine.ts'
import { ensureLayeredImage } from '../../infra/layered-image.ts'
import { suiteCleanup } from '../../infra/suite-cleanup.ts'
import { startXServer } from '../../infra/x-server.ts'
import { launchOf, presentImage, RealDevice } from '../runtime/real-device.ts'
import { QT5_WINDOW } from './live-case.ts'
import { openCvAndQt5, QT_LIBRARIES, qt6 } from './program-cases.ts'

const signal = new AbortController().signal
const OWNER = `preflight-test-${process.pid}`
const policy = policyOf({}, { runDir: '/run/bongsu', stateDir: '/var/lib/bongsu' })
const inspector = createDockerImageInspector({ owner: OWNER, policy })

/** Programs that cannot be executed, each for another reason. */
const brokenPrograms = () =>
  ensureLayeredImage({
    name: 'broken-programs',
    base: { kind: 'x11' },
    instructions: [
      'RUN mkdir /app && cd /app && printf "#!/bin/sh\\r\\necho\\r\\n" >windows.sh && printf "#!/opt/python\\n" >lost.sh',
      'RUN cd /app && cp /bin/true plain && chmod 755 *.sh && chmod 644 plain && cp /bin/true private && chmod 700 private',
      'RUN cd /app && head -c 4096 /bin/true >arm && printf "\\267\\0" | dd of=arm bs=1 seek=18 conv=notrunc 2>/dev/null && chmod 755 arm',
      'RUN cd /app && printf "echo hello\\n" >bare && chmod 755 bare && ln -s ../bin/true good && printf "#!/bin/sh\\n" >good.sh && chmod 755 good.sh',
      'WORKDIR /app',
    ],
  })

/** As the live causes have it. */
const qt5WithoutIcccm = () => defectImage('icccm', 'rm /usr/lib/x86_64-linux-gnu/libxcb-icccm.so.4*')

const shown = (command?: readonly string[]): LaunchProfile => ({
  containers: [{ name: 'main', ...(command && { command: [...command] }) }],
  display: { required: true },
})

describe('checks before a launch, live', () => {
  const cleanup = suiteCleanup()
  let docker: Docker
  before(async () => {
    docker = await machineEngine()
  })
  after(() => cleanup.run())

  const idOf = async (reference: string) => (await docker.getImage(reference).inspect()).Id

  async function look(reference: string, profile: LaunchProfile) {
    const imageId = await idOf(reference)
    const configuration: ImageConfiguration = (await inspector.configuration(imageId, signal)) ?? {}
    const questions = programQuestions(configuration, profile)
    const record = await lookInto(inspector, { imageId, questions, known: undefined }, signal)
    assert.ok(record, 'the image is there')
    return { record, questions }
  }

  test('the file behind a command is judged without running it', async () => {
    const reference = await brokenPrograms()
    const rows: readonly (readonly [program: string, code: string | undefined])[] = [
      ['./good.sh', undefined],
      ['/app/good', undefined],
      ['sh', undefined],
      ['./windows.sh', 'AGENT_PREFLIGHT_LINE_ENDS'],
      ['./lost.sh', 'AGENT_PREFLIGHT_INTERPRETER'],
      ['/app/plain', 'AGENT_CAUSE_COMMAND_NOT_EXECUTABLE'],
      ['./private', 'AGENT_CAUSE_COMMAND_NOT_EXECUTABLE'],
      ['/app', 'AGENT_CAUSE_COMMAND_NOT_EXECUTABLE'],
      ['./arm', 'AGENT_CAUSE_ARCHITECTURE'],
      ['./bare', 'AGENT_CAUSE_ARCHITECTURE'],
      ['/app/absent', 'AGENT_CAUSE_COMMAND_NOT_FOUND'],
      ['no-such-program', 'AGENT_CAUSE_COMMAND_NOT_FOUND'],
    ]
    const containers = rows.map(([program], at) => ({ name: `c${at}`, command: [program] }))
    const { record, questions } = await look(reference, { containers, display: { required: true } })
    for (const [at, [program, expected]] of rows.entries()) {
      const question = questions[at]
      const file = question && record.programs[questionKey(question)]
      assert.ok(file, program)
      const findings = programFindings({ program, file, architecture: 'amd64', user: 'session' })
      assert.deepEqual(
        findings.map(({ reason }) => reason.code),
        expected === undefined ? [] : [expected],
        program,
      )
    }
  })

  test('what Qt lacks is told by library and package before it fails', async () => {
    const withoutCursor = await look(await qt6(QT_LIBRARIES), shown(['python3']))
    const [reason] = reasonsIn(withoutCursor.record)
    assert.equal(reason?.code, 'AGENT_PREFLIGHT_QT_LIBRARIES')
    assert.deepEqual(reason?.parameters, { libraries: 'libxcb-cursor.so.0', packages: 'libxcb-cursor0' })
    assert.match(explain(reason, 'ko').remedy, /libxcb-cursor0/)
  })

  test('OpenCV and PyQt5 of PyPI are known to clash', async () => {
    const { record } = await look(await openCvAndQt5(QT_LIBRARIES), shown(['python3']))
    assert.equal(reasonsIn(record)[0]?.code, 'AGENT_CAUSE_QT_OPENCV_CLASH')
  })

  function reasonsIn({ content }: Awaited<ReturnType<typeof look>>['record']): Reason[] {
    assert.ok(content, 'the image has a shell')
    const device = { gpus: [], hasAvx: true }
    const findings = contentFindings({ content, launch: shown(), device, engineVersion: '20.10.24' })
    return findings.map(({ reason }) => reason)
  }

  test('an image without a shell stays unknown, one that is not there is no fault', async () => {
    const reference = await ensureLayeredImage({
      name: 'no-shell',
      base: { reference: 'scratch' },
      instructions: ['COPY text /text', 'CMD ["/text"]'],
      files: { text: 'no program\n' },
    })
    const { record } = await look(reference, shown())
    assert.equal(record.content, undefined)
    const absent = { imageId: `sha256:${'1'.repeat(64)}`, questions: [], known: undefined }
    assert.equal(await lookInto(inspector, absent, signal), undefined)
  })

  test('a look leaves no container behind, not even when it is broken off', async () => {
    const imageId = await idOf(await brokenPrograms())
    const abort = new AbortController()
    const script = 'sleep 60'
    const broken = inspector.open(
      { imageId, script },
      async (image) => {
        const run = image.run({ timeoutMs: 60_000 }, abort.signal)
        setTimeout(() => abort.abort(new Error('enough')), 300)
        return run
      },
      abort.signal,
    )
    await assert.rejects(broken, /enough/)
    const slow = await inspector.open(
      { imageId, script },
      (image) => image.run({ timeoutMs: 300 }, signal),
      signal,
    )
    assert.deepEqual(slow, { exitCode: undefined, output: '' })
    const filters = { label: [`dev.bongsu.preflight=${OWNER}`] }
    assert.deepEqual(await docker.listContainers({ all: true, filters }), [])
  })

  test('what a look may do is next to nothing', async () => {
    const imageId = await idOf(await brokenPrograms())
    const script = 'id -u; grep -E "^(CapEff|NoNewPrivs)" /proc/self/status; ls /sys/class/net; ls /tmp'
    const run = await inspector.open(
      { imageId, script },
      (image) => image.run({ timeoutMs: 9000 }, signal),
      signal,
    )
    assert.equal(run?.exitCode, 0)
    assert.match(run.output, /^65534\nCapEff:\s+0000000000000000\nNoNewPrivs:\s+1\nlo\n$/)
  })

  test('a launch is warned of what its image holds, and a crash without a word is explained by it', async () => {
    const x = await startXServer(cleanup)
    const device = new RealDevice(cleanup, { x, preflight: 'on' })
    await device.startAgent()
    const image = presentImage(await idOf(await openCvAndQt5(QT_LIBRARIES)))
    const crash = ['python3', '-c', 'import os; os.kill(os.getpid(), 11)']
    const launch = launchOf(image, shown(crash))
    await device.want(launch)
    const ended = await device.until(launch.launchId, 'the cause', ({ findings }) => findings !== undefined)
    assert.equal(ended.findings?.[0]?.code, 'AGENT_CAUSE_QT_OPENCV_CLASH')
    const warned = await device.until(
      launch.launchId,
      'the warning',
      ({ warnings }) => warnings !== undefined,
    )
    assert.ok(warned.warnings?.some(({ code }) => code === 'AGENT_CAUSE_QT_OPENCV_CLASH'))
  })

  test('Qt that fails for a library is run once more to say which, and both ways name its package', async () => {
    const x = await startXServer(cleanup)
    const device = new RealDevice(cleanup, { x, preflight: 'on' })
    await device.startAgent()
    const launch = launchOf(presentImage(await idOf(await qt5WithoutIcccm())), shown(QT5_WINDOW))
    await device.want(launch)
    const named = await device.until(
      launch.launchId,
      'the library',
      ({ findings }) => findings?.[0]?.code === 'AGENT_CAUSE_LIBRARY_MISSING',
    )
    const [missing] = named.findings ?? []
    assert.deepEqual(missing?.parameters, { library: 'libxcb-icccm.so.4', package: 'libxcb-icccm4' })
    assert.match(missing?.quote ?? '', /libxcb-icccm\.so\.4: cannot open shared object file/)
    const { warnings } = await device.until(launch.launchId, 'the warning', (status) =>
      Boolean(status.warnings?.some(({ code }) => code === 'AGENT_PREFLIGHT_QT_LIBRARIES')),
    )
    const warned = warnings?.find(({ code }) => code === 'AGENT_PREFLIGHT_QT_LIBRARIES')
    assert.deepEqual(warned?.parameters, { libraries: 'libxcb-icccm.so.4', packages: 'libxcb-icccm4' })
  })

  test('a senseless launch is refused before anything is made, and so told', async () => {
    const x = await startXServer(cleanup)
    const device = new RealDevice(cleanup, { x, preflight: 'on' })
    await device.startAgent()
    const launch = launchOf(presentImage(await idOf(await brokenPrograms())), {
      containers: [{ name: 'main', entrypoint: ['--device', '/dev/dri', 'python3', 'main.py'] }],
      display: { required: true },
    })
    await device.want(launch)
    const { reason, containers } = await device.until(
      launch.launchId,
      'the refusal',
      ({ phase }) => phase === 'failed',
    )
    assert.deepEqual(reason, { code: 'AGENT_CAUSE_ENGINE_FLAG_AS_COMMAND', parameters: { flag: '--device' } })
    assert.deepEqual(containers, [])
    assert.deepEqual(await device.runtime().listContainers(), [])
  })
})
