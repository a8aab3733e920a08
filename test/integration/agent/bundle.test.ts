// What ships: what is in it, what the start reads of it, and that it needs nothing beside itself.
import assert from 'node:assert/strict'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { after, before, suite, test } from 'node:test'
import { makeDir, removeDir } from '../../infra/temp-dir.ts'
import { runToEnd, type Shipped, shipAgent } from './shipped-agent.ts'

suite('the shipped agent', () => {
  const undo: (() => Promise<void> | void)[] = []
  let shipped: Shipped
  before(async () => {
    shipped = await shipAgent({ after: (step) => undo.push(step) })
  })
  after(async () => {
    for (const step of undo.reverse()) await step()
  })

  /** Packages that went into these outputs. */
  const packagesIn = (outputs: readonly string[]) => {
    const inputs = outputs.flatMap((name) => Object.keys(shipped.metafile.outputs[name]?.inputs ?? {}))
    const names = inputs.map((path) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1])
    return new Set(names.filter((name) => name !== undefined))
  }

  /** The outputs that are read when this one is, before anything asks for more. */
  const readWith = (name: string, seen = new Set<string>()): Set<string> => {
    seen.add(name)
    for (const { path, kind, external } of shipped.metafile.outputs[name]?.imports ?? []) {
      if (kind === 'import-statement' && !external && !seen.has(path)) readWith(path, seen)
    }
    return seen
  }

  test('holds no native code and nothing for engines elsewhere', () => {
    const all = packagesIn(Object.keys(shipped.metafile.outputs))
    assert.ok(all.has('dockerode') && all.has('ws'), [...all].join())
    for (const left of ['@grpc/grpc-js', '@grpc/proto-loader', 'protobufjs', 'ssh2', 'cpu-features']) {
      assert.ok(!all.has(left), left)
    }
  })

  test('reads nothing heavy before it is registered', () => {
    const main = Object.keys(shipped.metafile.outputs).find((name) => basename(name) === 'main.cjs') ?? ''
    const early = packagesIn([...readWith(main)])
    for (const late of ['dockerode', 'docker-modem', 'systeminformation', 'undici', 'prom-client']) {
      assert.ok(!early.has(late), late)
    }
    // A compiler of schemas pays off in a hub only.
    const text = [...readWith(main)].map((name) => Object.keys(shipped.metafile.outputs[name]?.inputs ?? {}))
    assert.ok(!text.flat().some((path) => path.includes('/typebox/build/compile/')))
  })

  test('asks for no module but Node’s and its own files', () => {
    const folder = dirname(shipped.program)
    const optionalOfWs = ['bufferutil', 'utf-8-validate']
    for (const name of readdirSync(folder).filter((each) => each.endsWith('.cjs'))) {
      const required = readFileSync(join(folder, name), 'utf8').matchAll(/\brequire\("([^"]+)"\)/g)
      for (const [, wanted = ''] of required) {
        if (wanted.startsWith('.') || optionalOfWs.includes(wanted)) continue
        if (wanted === 'macos-temperature-sensor') continue
        assert.ok(process.getBuiltinModule(wanted), `${name} requires ${wanted}`)
      }
    }
  })

  test('starts from its folder alone', async () => {
    const { code, stdout } = await runToEnd([shipped.program, '--version'])
    assert.equal(code, 0)
    assert.match(stdout, /^\d+\.\d+\.\d+\n$/)
  })

  test('collects facts', async () => {
    const { code, stdout } = await runToEnd([join(dirname(shipped.program), 'facts-main.cjs')], {
      PATH: '/usr/bin:/bin',
    })
    assert.equal(code, 0)
    assert.ok(JSON.parse(stdout).memoryBytes > 0)
  })

  test('a configuration that is not one ends it with what is wrong and what to do, in both languages', async () => {
    const missing = await runToEnd([shipped.program, '--config', '/nonexistent/agent.toml'])
    assert.equal(missing.code, 1)
    assert.match(missing.stderr, /^AGENT_CONFIG_INVALID: .*\/nonexistent\/agent\.toml/)
    const folder = makeDir('config')
    try {
      const path = join(folder, 'agent.toml')
      writeFileSync(path, '[hub]\nurl = "gopher://hub"\njoin_token = "s3cret-canary"\n')
      const wrong = await runToEnd([shipped.program, '--config', path], { LANG: 'ko_KR.UTF-8' })
      assert.equal(wrong.code, 1)
      assert.match(wrong.stderr, /AGENT_CONFIG_INVALID: .*\/hub\/url.*\n.*바로잡으십시오/)
      assert.doesNotMatch(wrong.stderr + wrong.stdout, /canary/)
    } finally {
      removeDir(folder)
    }
  })
})
