// gpsd's reports from a stand-in server: which count, what is made of them, and what a broken server can do.
import assert from 'node:assert/strict'
import { createServer, type Socket } from 'node:net'
import { type TestContext, test } from 'node:test'
import fc from 'fast-check'
import { type Fix, medianFix, parseFix, watchGpsd } from './gpsd.ts'

const tpv = (lat: number, lon: number, more: object = {}) =>
  JSON.stringify({ class: 'TPV', mode: 3, lat, lon, eph: 4, ...more })

test('which reports are a fix', () => {
  const fix = { latitude: 37.5, longitude: 127, accuracyMetres: 4 }
  const cases: readonly [line: string, fix: Fix | undefined][] = [
    [tpv(37.5, 127), fix],
    [tpv(37.5, 127, { mode: 2, eph: undefined }), { ...fix, accuracyMetres: undefined }],
    [tpv(37.5, 127, { eph: -1 }), { ...fix, accuracyMetres: undefined }],
    [tpv(37.5, 127, { mode: 1 }), undefined],
    [tpv(37.5, 127, { mode: 0 }), undefined],
    [tpv(37.5, 127, { mode: '3' }), undefined],
    [tpv(37.5, 127, { class: 'SKY' }), undefined],
    [tpv(0, 0), undefined],
    [tpv(127, 37.5), undefined],
    [tpv(91, 10), undefined],
    [JSON.stringify({ class: 'TPV', mode: 3, lat: 37.5 }), undefined],
    ['null', undefined],
    ['', undefined],
    ['{"class":"TPV","mode":3,"lat":37.5,', undefined],
  ]
  for (const [line, expected] of cases) assert.deepEqual(parseFix(line), expected, line)
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (line) => {
      parseFix(line)
    }),
  )
})

test('one jump among many fixes moves nothing', () => {
  const good = Array.from({ length: 9 }, () => ({ latitude: 37.5, longitude: 127, accuracyMetres: 4 }))
  const jump = { latitude: 38.2, longitude: 128, accuracyMetres: 900 }
  assert.deepEqual(medianFix([...good, jump]), good[0])
  assert.equal(medianFix([]), undefined)
  const fixes = fc.array(
    fc.record({
      latitude: fc.double({ min: -90, max: 90, noNaN: true }),
      longitude: fc.double({ min: -180, max: 180, noNaN: true }),
      accuracyMetres: fc.option(fc.double({ min: 0, noNaN: true }), { nil: undefined }),
    }),
    { minLength: 1 },
  )
  fc.assert(
    fc.property(fixes, (some) => {
      const median = medianFix(some)
      assert.ok(some.some(({ latitude }) => latitude === median?.latitude))
      assert.ok(some.some(({ longitude }) => longitude === median?.longitude))
    }),
  )
})

async function standIn(t: TestContext, serve: (socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => socket.destroy())
    serve(socket)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  const address = server.address()
  assert.ok(address !== null && typeof address === 'object')
  return address.port
}

/** Watches until the connection ends; the fixes that were told. */
function watched(port: number): Promise<Fix[]> {
  const fixes: Fix[] = []
  return new Promise((resolve) => {
    watchGpsd({ host: '127.0.0.1', port, onFix: (fix) => fixes.push(fix), onEnd: () => resolve(fixes) })
  })
}

test('watching begins with the command, and lines may come in pieces', async (t) => {
  const asked = Promise.withResolvers<string>()
  const port = await standIn(t, (socket) => {
    socket.setEncoding('utf8').once('data', (text: string) => {
      asked.resolve(text)
      const lines = [tpv(37.5, 127), 'garbage', tpv(0, 0), tpv(37.6, 127.1, { mode: 1 }), tpv(37.7, 127.2)]
      const content = `{"class":"VERSION"}\n${lines.join('\r\n')}\n`
      socket.write(content.slice(0, 40))
      setImmediate(() => socket.end(content.slice(40)))
    })
  })
  const fixes = await watched(port)
  assert.equal(await asked.promise, '?WATCH={"enable":true,"json":true};\n')
  assert.deepEqual(
    fixes.map(({ latitude }) => latitude),
    [37.5, 37.7],
  )
})

test('only the last thirty fixes count', async (t) => {
  const port = await standIn(t, (socket) => {
    const lines = [
      ...Array.from({ length: 40 }, () => tpv(37.5, 127)),
      ...Array.from({ length: 30 }, () => tpv(36, 128)),
    ]
    socket.end(`${lines.join('\n')}\n`)
  })
  assert.equal((await watched(port)).at(-1)?.latitude, 36)
})

test('a line without an end closes the connection', async (t) => {
  const port = await standIn(t, (socket) => {
    const more = () => socket.write('x'.repeat(16_384), (error) => !error && more())
    more()
  })
  assert.deepEqual(await watched(port), [])
})

test('nobody there is an end, not an error', async () => {
  assert.deepEqual(await watched(1), [])
})

test('after stop nothing is told', async (t) => {
  const connected = Promise.withResolvers<Socket>()
  const port = await standIn(t, (socket) => connected.resolve(socket))
  const watch = watchGpsd({
    host: '127.0.0.1',
    port,
    onFix: () => assert.fail('told a fix'),
    onEnd: () => assert.fail('told its end'),
  })
  const socket = await connected.promise
  watch.stop()
  socket.write(`${tpv(37.5, 127)}\n`)
  await new Promise<void>((resolve) => socket.once('close', () => resolve()))
})
