// The units that a device runs, read as text: what hides displays from them is not in them, and the two halves fit.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { checkoutFolder, findProgram } from '@bongsu/trial'
import { tempDir } from './infra/temp-dir.ts'

const folder = join(checkoutFolder(), 'deploy', 'systemd')

type Unit = ReadonlyMap<string, readonly string[]>

/** Values by `Section.Key`, in order; systemd.syntax(7) without continuation lines, of which there are none. */
function readUnit(name: string): Unit {
  const values = new Map<string, string[]>()
  let section = ''
  for (const line of readFileSync(join(folder, name), 'utf8').split('\n')) {
    if (line === '' || /^[#;]/.test(line)) continue
    const header = /^\[(\w+)\]$/.exec(line)
    if (header) {
      section = header[1] ?? ''
      continue
    }
    const assignment = /^(\w+)=(.*)$/.exec(line)
    assert.ok(assignment, `${name}: ${line}`)
    const key = `${section}.${assignment[1]}`
    values.set(key, [...(values.get(key) ?? []), assignment[2] ?? ''])
  }
  return values
}

const units = readdirSync(folder).filter((name) => name.endsWith('.service'))
const words = (unit: Unit, key: string): string[] =>
  (unit.get(key) ?? []).flatMap((value) => value.split(/\s+/))

test('no unit hides sockets, cookies, processes or screens from itself', () => {
  assert.deepEqual(units.toSorted(), ['bongsu-agent.service', 'bongsu-helper.service'])
  for (const name of units) {
    const unit = readUnit(name)
    for (const trap of [
      'PrivateTmp',
      'ProtectHome',
      'ProtectProc',
      'ProcSubset',
      'PrivateDevices',
      'PrivateMounts',
      'PrivateUsers',
      'DynamicUser',
      'TemporaryFileSystem',
      'InaccessiblePaths',
      'RootDirectory',
    ]) {
      assert.equal(unit.get(`Service.${trap}`), undefined, `${name}: ${trap}`)
    }
    for (const key of ['Unit.After', 'Unit.Requires', 'Unit.Wants', 'Install.WantedBy']) {
      assert.ok(!words(unit, key).includes('graphical.target'), `${name}: ${key}`)
    }
    assert.deepEqual(unit.get('Service.Restart'), ['always'], name)
  }
})

test('an X server outlives the helper, and what faces the network is no root', () => {
  const [agent, helper] = [readUnit('bongsu-agent.service'), readUnit('bongsu-helper.service')]
  assert.deepEqual(helper.get('Service.KillMode'), ['process'])
  assert.deepEqual(helper.get('Service.RuntimeDirectoryPreserve'), ['yes'])
  for (const key of ['User', 'CapabilityBoundingSet', 'NoNewPrivileges', 'SystemCallFilter']) {
    assert.equal(helper.get(`Service.${key}`), undefined, `the helper needs to be root as a whole: ${key}`)
  }
  assert.deepEqual(helper.get('Service.IPAddressDeny'), ['any'])
  assert.deepEqual(agent.get('Service.User'), ['bongsu'])
  assert.deepEqual(agent.get('Service.CapabilityBoundingSet'), [''])
  assert.deepEqual(words(agent, 'Service.SupplementaryGroups'), ['docker'])
  assert.ok(words(agent, 'Unit.After').includes('docker.service'))
  assert.ok(words(agent, 'Unit.Wants').includes('bongsu-helper.service'))
  assert.ok(!agent.has('Unit.Requires'), 'launches go on while the helper is restarted')
  const [agentCommand = '', helperCommand = ''] = [agent, helper].map(
    (unit) => unit.get('Service.ExecStart')?.[0] ?? '',
  )
  assert.equal(helperCommand.replace(' helper ', ' '), agentCommand)
  const sysusers = readFileSync(join(folder, 'bongsu.sysusers'), 'utf8')
  assert.match(sysusers, /^u bongsu /m)
  assert.match(sysusers, /^m bongsu docker$/m)
})

test('systemd itself has nothing against them, where it is here to be asked', (t) => {
  const program = findProgram('systemd-analyze')
  if (program === undefined) return
  const copies = tempDir(t, 'units')
  const paths = units.map((name) => {
    const path = join(copies, name)
    // What it starts is not installed here.
    const text = readFileSync(join(folder, name), 'utf8').replaceAll(
      /^ExecStart=\S+/gm,
      'ExecStart=/bin/true',
    )
    writeFileSync(path, text)
    return path
  })
  execFileSync(program, ['verify', '--man=no', ...paths], { stdio: 'pipe' })
})
