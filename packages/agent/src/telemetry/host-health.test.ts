// A health sample from the kernel's files: complete where they are, absent where they are not, never a child process.
import assert from 'node:assert/strict'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { HostHealth } from '@bongsu/protocol'
import { Check } from 'typebox/value'
import { createHealthSampler } from './host-health.ts'

const NOW = new Date('2026-01-01T00:00:00Z')

async function machine(t: TestContext, files: Readonly<Record<string, string>>) {
  const root = await mkdtemp(join(tmpdir(), 'bongsu-health-'))
  t.after(() => rm(root, { recursive: true }))
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true })
    await writeFile(join(root, path), content)
  }
  return root
}

test('this machine gives a sample that fits the message, without a child process', (t) => {
  let children = 0
  const count = () => {
    children += 1
  }
  subscribe('child_process', count)
  t.after(() => unsubscribe('child_process', count))
  const sampler = createHealthSampler({ stateDir: tmpdir() })
  for (let round = 0; round < 3; round += 1) {
    const sample = sampler.sample(NOW)
    assert.ok(Check(HostHealth, sample), JSON.stringify(sample))
    assert.ok((sample.memoryTotalBytes ?? 0) > 0)
    assert.ok((sample.diskTotalBytes ?? 0) > 0)
    assert.ok((sample.agentMemoryBytes ?? 0) > 0)
  }
  assert.equal(children, 0)
})

test('every file that can be read is told', async (t) => {
  const root = await machine(t, {
    'proc/stat': 'cpu  100 0 0 900 0 0 0 0 0 0\n',
    'proc/meminfo': 'MemTotal: 1000 kB\nMemAvailable: 400 kB\n',
    'proc/uptime': '77.5 10\n',
    'proc/loadavg': '0.25 0 0 1/1 1\n',
    'proc/self/status': 'Name:\tnode\nVmRSS:\t  64 kB\n',
    'sys/class/thermal/thermal_zone0/temp': '40000\n',
    'sys/class/thermal/thermal_zone1/temp': '55500\n',
    'sys/class/thermal/cooling_device0/temp': '99000\n',
  })
  const sampler = createHealthSampler({ stateDir: root, root })
  const { diskTotalBytes, diskFreeBytes, ...first } = sampler.sample(NOW)
  assert.ok((diskTotalBytes ?? 0) >= (diskFreeBytes ?? 1))
  assert.deepEqual(first, {
    measuredAt: NOW.toISOString(),
    uptimeSeconds: 77.5,
    loadAverage1m: 0.25,
    memoryTotalBytes: 1_024_000,
    memoryAvailableBytes: 409_600,
    temperatureCelsius: 55.5,
    agentMemoryBytes: 65_536,
  })
  await writeFile(join(root, 'proc/stat'), 'cpu  150 0 0 950 0 0 0 0 0 0\n')
  assert.equal(sampler.sample(NOW).cpuUsedRatio, 0.5)
})

test('what cannot be read is absent, not zero', async (t) => {
  const root = await machine(t, {})
  const sample = createHealthSampler({ stateDir: join(root, 'nowhere'), root }).sample(NOW)
  assert.deepEqual(sample, { measuredAt: NOW.toISOString() })
})

test('one zone without a reading does not hide the others', async (t) => {
  const root = await machine(t, { 'sys/class/thermal/thermal_zone0/temp': '40000\n' })
  // A zone whose file cannot be read, as the kernel answers for a radio that is off.
  await mkdir(join(root, 'sys/class/thermal/thermal_zone1/temp'), { recursive: true })
  assert.equal(createHealthSampler({ stateDir: root, root }).sample(NOW).temperatureCelsius, 40)
})
