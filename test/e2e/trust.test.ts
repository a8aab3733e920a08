// Who vouches for what runs: `bongsu key generate` and `package sign` as a publisher calls them, and a device that believes
// its own list only.
import assert from 'node:assert/strict'
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { Deployment, Launch, PackageVersion, SignedRelease } from '@bongsu/protocol'
import { ensureRegistered, type SamplePackage, trialFiles } from '@bongsu/trial'
import { machineEngine } from '../infra/docker-engine.ts'
import { suiteCleanup } from '../infra/suite-cleanup.ts'
import { tempDir } from '../infra/temp-dir.ts'
import { startXServer } from '../infra/x-server.ts'
import { authorOf, BONGSU, runProgram } from '../support/bongsu-command.ts'
import { xPackage } from '../support/image-archive.ts'
import { type Stack, startStack } from '../support/stack.ts'

describe('trust', () => {
  const cleanup = suiteCleanup()
  let stack: Stack
  let folder: string
  let trusted: string
  let agentOptions: Parameters<Stack['startAgent']>[0]

  /** The tool as a process, with the hub's address and token as a publisher has them. */
  const bongsu = (parameters: readonly string[], environment: Record<string, string> = {}) =>
    run(BONGSU, parameters, environment)
  const run = (path: string, parameters: readonly string[], environment: Record<string, string>) =>
    runProgram(path, parameters, { ...authorOf(stack, folder), ...environment })

  const pathOf = ({ registration }: SamplePackage, version: string) =>
    `/api/v1/packages/${registration.id}/versions/${encodeURIComponent(version)}`
  const deploy = async ({ registration }: SamplePackage, version: string): Promise<string> => {
    const { launchIds } = await stack.hub.post<Deployment>('/api/v1/deployments', {
      packageId: registration.id,
      version,
      deviceIds: [await stack.deviceId()],
    })
    return launchIds[0] ?? ''
  }
  const refusedWith = (launchId: string, code: string) =>
    stack.waitForLaunch(launchId, ({ status }) => status?.reason?.code === code, `it is refused with ${code}`)
  const visible = (launchId: string) =>
    stack.waitForLaunch(launchId, ({ status }) => status?.picture?.verdict === 'visible', 'it is visible')
  const stop = (launch: Launch) => stack.hub.post(`/api/v1/deployments/${launch.deploymentId}/stop`, {})
  const restart = (launchId: string) => stack.hub.post(`/api/v1/launches/${launchId}/restart`, {})
  const unsigned = async (id: string) => {
    const sample = await xPackage(id, ['xclock', '-update', '1'])
    return { sample, version: await ensureRegistered(stack.hub, sample) }
  }

  before(async () => {
    folder = tempDir(cleanup, 'publisher')
    const x = await startXServer(cleanup)
    stack = await startStack(cleanup)
    agentOptions = { display: x.trialDisplay }
    await stack.startAgent(agentOptions)
    await stack.waitForDevice((device) => device.display?.state === 'ready', 'its display is known')
    trusted = trialFiles(stack.paths).trustedPublishers
  })
  after(() => cleanup.run())

  test('an unsigned version waits, told why, and runs as soon as its publisher has signed it', async () => {
    const made = await bongsu(['key', 'generate', '--no-password'])
    assert.equal(made.exitCode, 0, made.stderr)
    const keyId = made.stdout.trim()
    assert.match(keyId, /^[0-9A-F]{16}$/)
    const again = await bongsu(['key', 'generate', '--no-password'])
    assert.equal(again.exitCode, 1)
    assert.match(again.stderr, /CLI_FILE_EXISTS/)

    const { sample, version } = await unsigned('vouched')
    const launchId = await deploy(sample, version)
    const waiting = await refusedWith(launchId, 'AGENT_RELEASE_UNSIGNED')
    assert.deepEqual(waiting.status?.containers, [])

    const signed = await bongsu(['package', 'sign', 'vouched', version, '--minimum-agent', '0.0.1'])
    assert.equal(signed.exitCode, 0, signed.stderr)
    assert.equal(signed.stdout.trim(), `vouched ${version} ${keyId}`)
    for (const shown of [sample.imageId, 'linux/amd64', '0.0.1'])
      assert.ok(signed.stderr.includes(shown), shown)
    assert.equal((await stack.hub.get<PackageVersion>(pathOf(sample, version))).signedBy, keyId)
    await restart(launchId)
    const foreign = await refusedWith(launchId, 'AGENT_RELEASE_FOREIGN_KEY')
    assert.deepEqual(foreign.status?.reason?.parameters, { keyId })

    // A technician brings the public key: nothing is restarted but the wish.
    const publicKey = readFileSync(join(folder, '.config/bongsu/publisher.pub'))
    writeFileSync(join(trusted, 'second.pub'), publicKey, { mode: 0o644 })
    await restart(launchId)
    await stop(await visible(launchId))
  })

  test('what the hub changes after signing is not believed', async () => {
    const { sample, version } = await unsigned('swapped')
    const { sample: other, version: otherVersion } = await unsigned('other')
    for (const [id, name] of [
      ['swapped', version],
      ['other', otherVersion],
    ] as const) {
      assert.equal((await bongsu(['package', 'sign', id, name])).exitCode, 0)
    }
    const manifestOf = (one: SamplePackage, name: string) =>
      stack.hub.get<SignedRelease>(`${pathOf(one, name)}/manifest`)
    const [mine, foreign] = [await manifestOf(sample, version), await manifestOf(other, otherVersion)]
    // The hub takes any signature of the right form: judging is for the device.
    await stack.hub.put(`${pathOf(sample, version)}/manifest`, { ...mine, signature: foreign.signature })
    const launchId = await deploy(sample, version)
    await refusedWith(launchId, 'AGENT_RELEASE_SIGNATURE_WRONG')
    await stack.hub.put(`${pathOf(sample, version)}/manifest`, mine)
    await restart(launchId)
    await stop(await visible(launchId))
  })

  test('an expired version is not installed; one that runs goes on, also after a restart without hub', async () => {
    const { sample, version } = await unsigned('expiring')
    const expired = await bongsu(['package', 'sign', 'expiring', version, '--expires', '2020-01-01'])
    assert.equal(expired.exitCode, 2, 'signing something that nobody could install is a slip')
    assert.equal(
      (await bongsu(['package', 'sign', 'expiring', version, '--expires', '2999-01-01'])).exitCode,
      0,
    )
    const launchId = await deploy(sample, version)
    await visible(launchId)
    const kept = join(trusted, 'second.pub')
    await stack.running.agent?.stop()
    await stack.startAgent(agentOptions)
    const back = await visible(launchId)
    assert.equal(back.status?.phase, 'running')
    // A trust that is withdrawn stops nothing that runs, and starts nothing.
    renameSync(kept, `${kept}.aside`)
    await restart(launchId)
    await stack.running.agent?.stop()
    await stack.startAgent(agentOptions)
    await refusedWith(launchId, 'AGENT_RELEASE_FOREIGN_KEY')
    renameSync(`${kept}.aside`, kept)
    await restart(launchId)
    await stop(await visible(launchId))
  })

  test('going back to what ran is free, an old version that never ran must be signed anew', async () => {
    const id = 'history'
    const { sample, version } = await unsigned(id)
    const second: SamplePackage = {
      ...(await xPackage('history-two', ['xclock', '-update', '2'])),
      registration: sample.registration,
    }
    const third: SamplePackage = {
      ...(await xPackage('history-three', ['xclock', '-update', '3'])),
      registration: sample.registration,
    }
    const versions = [version]
    for (const one of [second, third]) versions.push(await ensureRegistered(stack.hub, one))
    const [first = '', never = '', newest = ''] = versions
    for (const name of [first, never, newest]) {
      assert.equal((await bongsu(['package', 'sign', id, name])).exitCode, 0)
    }
    for (const name of [first, newest, first]) await stop(await visible(await deploy(sample, name)))
    const launchId = await deploy(sample, never)
    await refusedWith(launchId, 'AGENT_RELEASE_OLDER_THAN_SEEN')
    assert.equal((await bongsu(['package', 'sign', id, never])).exitCode, 0)
    await restart(launchId)
    await stop(await visible(launchId))
  })

  test('a version comes on a stick, and is judged and verified as if it came from the hub', async () => {
    const sample = await xPackage('carried', ['xclock', '-update', '61'])
    const version = await ensureRegistered(stack.hub, sample)
    const engine = await machineEngine()
    await engine.getImage(sample.imageId).remove({ force: true })
    const stick = join(folder, 'stick')
    const config = trialFiles(stack.paths).agentConfig
    const take = (language = 'C.UTF-8') =>
      run('packages/agent/dist/main.cjs', ['import', stick, '--config', config], { LANG: language })
    const exported = () => bongsu(['package', 'export', 'carried', version, stick])

    assert.match((await exported()).stderr, /Nobody has signed/)
    const refused = await take()
    assert.equal(refused.exitCode, 1, refused.stderr)
    assert.match(refused.stdout, /AGENT_RELEASE_UNSIGNED/)

    assert.equal((await bongsu(['package', 'sign', 'carried', version])).exitCode, 0)
    const again = await exported()
    assert.equal(again.exitCode, 0, again.stderr)
    const manifest = join(stick, `manifests/carried-${version}.json`)
    assert.equal(again.stdout.trim(), manifest)
    const text = readFileSync(manifest, 'utf8')
    writeFileSync(manifest, `${text} `)
    assert.match((await take()).stdout, /AGENT_RELEASE_SIGNATURE_WRONG/)
    writeFileSync(manifest, text)
    const configuration = join(stick, 'blobs/sha256', sample.imageId.replace('sha256:', ''))
    const content = readFileSync(configuration)
    writeFileSync(configuration, Buffer.alloc(content.length))
    assert.match((await take()).stdout, /AGENT_IMAGE_DIGEST_MISMATCH/)
    writeFileSync(configuration, content)

    await assert.rejects(engine.getImage(sample.imageId).inspect(), { statusCode: 404 })
    const taken = await take('ko_KR.UTF-8')
    assert.equal(taken.exitCode, 0, taken.stdout + taken.stderr)
    assert.match(taken.stdout, /준비됨\n1개 가져옴, 0개 실패/)
    // All that it takes is there: the manifest that is believed, and the image in the engine.
    await engine.getImage(sample.imageId).inspect()
    await stop(await visible(await deploy(sample, version)))
    assert.match((await take()).stdout, /1 imported, 0 not/)
  })

  test('a wrong call says what is missing, in the language of the terminal', async () => {
    const cases: readonly (readonly [string[], Record<string, string>, number, RegExp])[] = [
      [[], {}, 0, /package sign/],
      [['nonsense'], {}, 2, /key generate/],
      [['package', 'sign'], { LANG: 'ko_KR.UTF-8' }, 2, /패키지와 버전을/],
      [['package', 'sign', 'vouched', '1'], { BONGSU_TOKEN: '' }, 2, /BONGSU_TOKEN/],
      [['package', 'sign', 'vouched', '1', '--nonsense'], {}, 2, /nonsense/],
      [['package', 'sign', 'vouched', '1', '--key', '/nonexistent'], {}, 1, /CLI_FILE_UNREADABLE/],
      [['package', 'sign', 'vouched', '1', '--key', '/etc/passwd'], {}, 1, /CLI_KEY_UNUSABLE/],
      [['package', 'sign', 'vouched', 'none'], {}, 1, /HUB_VERSION_NOT_FOUND/],
      [['package', 'sign', 'vouched', 'none'], { LANG: 'ko_KR.UTF-8' }, 1, /버전이 없습니다|없습니다/],
      [['package', 'sign', 'vouched', '1'], { BONGSU_HUB: 'http://127.0.0.1:9' }, 1, /CLI_HUB_UNREACHABLE/],
      [['package', 'sign', 'vouched', '1'], { BONGSU_TOKEN: 'wrong' }, 1, /HUB_UNAUTHENTICATED|HUB_/],
    ]
    for (const [parameters, environment, exitCode, words] of cases) {
      const ended = await bongsu(parameters, environment)
      assert.equal(ended.exitCode, exitCode, `${parameters.join(' ')}: ${ended.stderr}`)
      assert.match(ended.stderr, words)
      assert.doesNotMatch(ended.stderr, /at .*\.ts:\d+/)
    }
  })

  test('a spoilt trust list lets nothing new run', async () => {
    mkdirSync(join(trusted, 'folder.pub'), { mode: 0o755 })
    const { sample, version } = await unsigned('spoilt')
    const launchId = await deploy(sample, version)
    await refusedWith(launchId, 'AGENT_PUBLISHERS_INVALID')
    rmSync(join(trusted, 'folder.pub'), { recursive: true })
    await restart(launchId)
    await stop(await refusedWith(launchId, 'AGENT_RELEASE_UNSIGNED'))
  })
})
