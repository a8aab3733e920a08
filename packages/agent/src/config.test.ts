// `agent.toml`: what is taken, and that every fault names where it is.
import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { isCodedError } from '@bongsu/foundation'
import fc from 'fast-check'
import { parseAgentFile, readAgentConfig } from './config.ts'

const HUB = '[hub]\nurl = "http://127.0.0.1:7480"\n'

async function written(t: TestContext, content: string) {
  const folder = await mkdtemp(join(tmpdir(), 'bongsu-config-'))
  t.after(() => rm(folder, { recursive: true }))
  const path = join(folder, 'agent.toml')
  await writeFile(path, content)
  return { folder, path }
}

test('the address of the hub is all that is needed', async (t) => {
  const { hubUrl, ...rest } = await readAgentConfig((await written(t, HUB)).path)
  assert.equal(hubUrl.href, 'http://127.0.0.1:7480/')
  assert.deepEqual(rest, {
    joinToken: undefined,
    caCertificate: undefined,
    stateDir: '/var/lib/bongsu',
    runDir: '/run/bongsu',
    policyFile: undefined,
    publishersDir: '/etc/bongsu/publishers',
    localApi: { host: '127.0.0.1', port: 7481 },
    dockerSocket: '/var/run/docker.sock',
    display: {
      number: undefined,
      authFile: undefined,
      greeter: 'left_out',
      mode: 'discover',
      xorgConfig: undefined,
      widthPixels: undefined,
      heightPixels: undefined,
    },
    helper: { socketPath: undefined, group: 'bongsu' },
    location: undefined,
    gpsd: undefined,
    logLevel: 'info',
    onExit: 'leave-launches',
  })
})

test('everything can be said', async (t) => {
  const { folder, path } = await written(t, '')
  await writeFile(join(folder, 'token'), '  bongsu1.a.b.c.d\n')
  await writeFile(join(folder, 'ca.pem'), 'PEM')
  await writeFile(
    path,
    `
[hub]
url = "https://hub.example:8443"
join_token = "file:${folder}/token"
ca_file = "${folder}/ca.pem"
[paths]
state_dir = "/srv/state"
run_dir = "/srv/run"
policy_file = "/srv/policy.toml"
publishers_dir = "/srv/publishers"
[local_api]
host = "0.0.0.0"
port = 9000
[docker]
socket = "/run/user/1000/docker.sock"
[display]
number = 3
auth_file = "/home/user/.Xauthority"
allow_greeter = true
mode = "discover-or-owned"
xorg_config = "/etc/bongsu/xorg.conf"
width = 1280
height = 720
[helper]
socket = "/run/bongsu/helper.sock"
group = "kiosk"
[location]
address = "${'서울역'.normalize('NFD')}"
latitude = 37.5
longitude = 127.0
accuracy_m = 3
gpsd = "localhost:2947"
[log]
level = "debug"
[trial]
end_launches_on_exit = true
`,
  )
  const { hubUrl, ...rest } = await readAgentConfig(path)
  assert.equal(hubUrl.href, 'https://hub.example:8443/')
  assert.deepEqual(rest, {
    joinToken: 'bongsu1.a.b.c.d',
    caCertificate: 'PEM',
    stateDir: '/srv/state',
    runDir: '/srv/run',
    policyFile: '/srv/policy.toml',
    publishersDir: '/srv/publishers',
    localApi: { host: '0.0.0.0', port: 9000 },
    dockerSocket: '/run/user/1000/docker.sock',
    display: {
      number: 3,
      authFile: '/home/user/.Xauthority',
      greeter: 'allowed',
      mode: 'discover-or-owned',
      xorgConfig: '/etc/bongsu/xorg.conf',
      widthPixels: 1280,
      heightPixels: 720,
    },
    helper: { socketPath: '/run/bongsu/helper.sock', group: 'kiosk' },
    location: { address: '서울역', latitude: 37.5, longitude: 127, accuracyMetres: 3 },
    gpsd: { host: 'localhost', port: 2947 },
    logLevel: 'debug',
    onExit: 'end-launches',
  })
})

const faults: readonly [content: string, path: string, problem: RegExp][] = [
  ['', 'agent.toml', /hub/],
  ['[hub', 'agent.toml', /./],
  ['[hub]\n', '/hub', /url/],
  ['[hub]\nurl = 5\n', '/hub/url', /string/],
  ['[hub]\nurl = "ftp://hub"\n', '/hub/url', /pattern/],
  ['[hub]\nurl = "http://"\n', '/hub/url', /address/],
  ['[hub]\nurl = "http://[::1"\n', '/hub/url', /address/],
  ['[hub]\nurl = "http://hub:99999"\n', '/hub/url', /address/],
  [`${HUB}jointoken = "x"\n`, '/hub/jointoken', /known/],
  [`${HUB}[hubs]\n`, '/hubs', /known/],
  [`${HUB}[local_api]\nport = 0\n`, '/local_api/port', /1/],
  [`${HUB}[local_api]\nport = "7481"\n`, '/local_api/port', /integer/],
  [`${HUB}[display]\nnumber = -1\n`, '/display/number', /0/],
  [`${HUB}[log]\nlevel = "loud"\n`, '/log/level', /./],
  [`${HUB}[location]\nlatitude = 37.5\n`, '/location', /HUB_LOCATION_INCOMPLETE/],
  [`${HUB}[location]\nlatitude = 0.0\nlongitude = 0\n`, '/location', /HUB_LOCATION_NULL_ISLAND/],
  [`${HUB}[location]\nlatitude = 126.97\nlongitude = 37.56\n`, '/location', /HUB_LOCATION_SWAPPED/],
  [`${HUB}[location]\nlatitude = 95\nlongitude = 10\n`, '/location', /HUB_LOCATION_OUT_OF_RANGE/],
  [`${HUB}[location]\nlatitude = nan\nlongitude = 127.0\n`, '/location', /./],
  [`${HUB}[location]\nlatitude = "37"\n`, '/location/latitude', /number/],
  [`${HUB}[location]\naccuracy_m = -1\n`, '/location/accuracy_m', /0/],
  [`${HUB}[location]\ngpsd = "localhost"\n`, '/location/gpsd', /pattern/],
  [`${HUB}[location]\ngpsd = "localhost:99999"\n`, '/location/gpsd', /port/],
  [`${HUB}[location]\ngpsd = "localhost:0"\n`, '/location/gpsd', /port/],
]

for (const [content, path, problem] of faults) {
  test(`${JSON.stringify(content.replace(HUB, '').slice(0, 70))} is a fault at ${path}`, () => {
    assert.throws(
      () => parseAgentFile(content),
      (error) => {
        assert.ok(isCodedError(error), String(error))
        assert.equal(error.code, 'AGENT_CONFIG_INVALID')
        assert.ok(String(error.parameters?.path).startsWith(path), String(error.parameters?.path))
        assert.match(String(error.parameters?.problem), problem)
        return true
      },
    )
  })
}

test('a file that is not there is named', async (t) => {
  const missing: readonly [content: string, path: RegExp][] = [
    [`${HUB}join_token = "file:/nonexistent/token"\n`, /^hub\.join_token$/],
    [`${HUB}ca_file = "/nonexistent/ca"\n`, /^hub\.ca_file$/],
  ]
  for (const [content, path] of missing) {
    await assert.rejects(readAgentConfig((await written(t, content)).path), (error) => {
      assert.ok(isCodedError(error))
      assert.match(String(error.parameters?.path), path)
      assert.match(String(error.parameters?.problem), /ENOENT/)
      return true
    })
  }
  await assert.rejects(
    readAgentConfig('/nonexistent/agent.toml'),
    (error) => isCodedError(error) && error.parameters?.path === '/nonexistent/agent.toml',
  )
})

test('no text makes parsing throw anything but a coded error', () => {
  const texts = fc.oneof(
    fc.string(),
    fc.string().map((text) => `${HUB}${text}`),
  )
  fc.assert(
    fc.property(texts, (text) => {
      try {
        parseAgentFile(text)
      } catch (error) {
        assert.ok(isCodedError(error), String(error))
      }
    }),
  )
})
