// Every signature names its recorded log, X causes stand above Qt's complaint, and no text breaks or stalls it.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { explain, isKnownErrorCode } from '@bongsu/protocol'
import fc from 'fast-check'
import { type DiagnosisInput, diagnose, SIGNATURES } from './diagnose.ts'
import { RECORDED_LOGS, RECORDED_NOISE, type RecordedLog } from './recorded-logs.fixture.ts'

const inputOf = ({ text, source, exitCode }: RecordedLog): DiagnosisInput =>
  source === 'engine' ? { engineError: text } : { logTail: text, exitCode }
const codeOf = (id: string) => SIGNATURES.find((signature) => signature.id === id)?.code

test('there are 65 signatures, each recorded, each in the catalogue, none alike', () => {
  assert.equal(SIGNATURES.length, 65)
  assert.equal(new Set(SIGNATURES.map(({ id }) => id)).size, 65)
  assert.equal(new Set(SIGNATURES.map(({ code }) => code)).size, 65)
  const recorded = new Set([...RECORDED_LOGS, ...RECORDED_NOISE].map(({ id }) => id))
  for (const { id, code, pattern } of SIGNATURES) {
    assert.ok(recorded.has(id), `${id} has a recorded log`)
    assert.ok(isKnownErrorCode(code), code)
    assert.equal(pattern.flags, 'im')
  }
})

for (const recorded of RECORDED_LOGS) {
  test(`${recorded.id} is the first finding of ${JSON.stringify(recorded.text.slice(0, 70))}`, () => {
    const [first] = diagnose(inputOf(recorded))
    assert.equal(first?.code, codeOf(recorded.id))
    assert.ok(first?.quote && first.quote.length <= 300)
    for (const language of ['en', 'ko'] as const) {
      const { title, remedy } = explain(first, language)
      assert.doesNotMatch(title + remedy, /\{\w+\}/, 'every placeholder is filled')
    }
  })
}

for (const recorded of RECORDED_NOISE) {
  test(`${recorded.id} is noise: never first`, () => {
    const codes = diagnose({ ...inputOf(recorded), exitCode: 1 }).map(({ code }) => code)
    assert.deepEqual(codes, ['AGENT_CONTAINER_EXITED', codeOf(recorded.id)])
    assert.deepEqual(diagnose({ logTail: recorded.text }), [])
  })
}

test('Qt’s xcb line never outranks X1 to X7, however the lines are mixed', () => {
  const xLines = RECORDED_LOGS.filter(({ id }) => /^X[1-7]$/.test(id))
  const others = [...RECORDED_LOGS, ...RECORDED_NOISE].filter(({ source }) => source !== 'engine')
  const qt = codeOf('Q1')
  const xCodes = new Set(SIGNATURES.filter(({ id }) => /^X\d+$/.test(id)).map(({ code }) => code))
  const xcb = RECORDED_LOGS.find(({ id }) => id === 'Q1')?.text ?? ''
  const mixed = fc
    .tuple(fc.constantFrom(...xLines), fc.subarray(others, { maxLength: 4 }), fc.array(fc.string()))
    .chain(([x, more, junk]) => {
      const texts = [x.text, xcb, ...more.map(({ text }) => text), ...junk.map((line) => `# ${line}`)]
      return fc.shuffledSubarray(texts, { minLength: texts.length })
    })
  fc.assert(
    fc.property(mixed, (lines) => {
      const codes = diagnose({ logTail: lines.join('\n'), exitCode: 134 }).map(({ code }) => code)
      assert.notEqual(codes[0], qt)
      const qtAt = codes.indexOf(qt ?? 'AGENT_INTERNAL')
      if (qtAt !== -1) assert.ok(codes.slice(0, qtAt).some((code) => xCodes.has(code)))
    }),
  )
})

test('a cause comes before every consequence and all noise, however the lines are mixed', () => {
  const roleOf = (id: string) => SIGNATURES.find((signature) => signature.id === id)?.role
  const logs = [...RECORDED_LOGS, ...RECORDED_NOISE].filter(({ source }) => source !== 'engine')
  const causes = logs.filter(({ id }) => roleOf(id) === 'cause')
  const others = logs.filter(({ id }) => roleOf(id) !== 'cause')
  assert.ok(causes.length > 30 && others.length > 5)
  const mixed = fc
    .tuple(fc.constantFrom(...causes), fc.subarray(others, { minLength: 1, maxLength: 6 }))
    .chain(([cause, more]) =>
      fc.shuffledSubarray([cause.text, ...more.map(({ text }) => text)], { minLength: more.length + 1 }),
    )
  const causeCodes = new Set<string>([
    ...SIGNATURES.filter(({ role }) => role === 'cause').map(({ code }) => code),
    'AGENT_CAUSE_LIBRARY_MISSING_OTHER',
  ])
  fc.assert(
    fc.property(mixed, fc.constantFrom(1, 134, 139), (texts, exitCode) => {
      const [first] = diagnose({ logTail: texts.join('\n'), exitCode })
      assert.ok(first && causeCodes.has(first.code), String(first?.code))
    }),
  )
})

test('a Qt failure alone is blamed on X when the display does not answer', () => {
  const logTail = RECORDED_LOGS.find(({ id }) => id === 'Q1')?.text
  assert.equal(diagnose({ logTail, probe: { kind: 'no_socket' } })[0]?.code, 'AGENT_CAUSE_X_UNREACHABLE')
  const refused = { kind: 'refused', reason: 'Maximum number of clients reached' } as const
  assert.equal(diagnose({ logTail, probe: refused })[0]?.code, 'AGENT_CAUSE_X_TOO_MANY_CLIENTS')
  const alone = diagnose({ logTail, probe: { kind: 'ready' } })[0]
  assert.equal(alone?.code, 'AGENT_CAUSE_QT_XCB_LIBRARIES')
  assert.deepEqual(alone?.retryWith, { QT_DEBUG_PLUGINS: '1' })
})

test('one more run is asked for where it tells more, or where the processor can draw', () => {
  const asked = SIGNATURES.flatMap(({ id, retryWith = {} }) =>
    Object.entries(retryWith).map(([name, value]) => `${id} ${name}=${value}`),
  )
  assert.deepEqual(asked, [
    'Q1 QT_DEBUG_PLUGINS=1',
    'Q7 LIBGL_DEBUG=verbose',
    'G1 LIBGL_ALWAYS_SOFTWARE=1',
    'G2 LIBGL_ALWAYS_SOFTWARE=1',
    'G3 LIBGL_DEBUG=verbose',
    'G4 LIBGL_ALWAYS_SOFTWARE=1',
    'G5 LIBGL_ALWAYS_SOFTWARE=1',
    'G6 LIBGL_DEBUG=verbose',
  ])
})

test('an exit code alone names what it can', () => {
  const rows: [number, string][] = [
    [0, 'AGENT_CAUSE_ENDED_NORMALLY'],
    [1, 'AGENT_CONTAINER_EXITED'],
    [126, 'AGENT_CAUSE_COMMAND_NOT_EXECUTABLE'],
    [127, 'AGENT_CAUSE_COMMAND_NOT_FOUND'],
    [132, 'AGENT_CAUSE_ILLEGAL_INSTRUCTION'],
    [134, 'AGENT_CAUSE_ABORTED'],
    [135, 'AGENT_CAUSE_SHARED_MEMORY'],
    [137, 'AGENT_CAUSE_KILLED'],
    [139, 'AGENT_CAUSE_SEGMENTATION_FAULT'],
    [143, 'AGENT_CAUSE_TERMINATED'],
  ]
  for (const [exitCode, code] of rows) assert.equal(diagnose({ exitCode })[0]?.code, code)
  assert.equal(diagnose({ exitCode: 137, outOfMemory: true })[0]?.code, 'AGENT_CAUSE_OUT_OF_MEMORY')
  assert.deepEqual(diagnose({}), [])
})

test('findings read as one sentence of cause and one of remedy, in both languages', () => {
  const read = (logTail: string) => {
    const [first] = diagnose({ logTail, exitCode: 1 })
    assert.ok(first)
    return [explain(first, 'en'), explain(first, 'ko')].map(({ title, remedy }) => `${title} ${remedy}`)
  }
  assert.deepEqual(read('ImportError: libGL.so.1: cannot open shared object file'), [
    'The library libGL.so.1 is missing from the image. Add the package libgl1 to the image.',
    '이미지에 라이브러리 libGL.so.1이(가) 없습니다. 이미지에 libgl1 패키지를 추가하십시오.',
  ])
  assert.deepEqual(read("xterm: Xt error: Can't open display: localhost:10.0"), [
    'DISPLAY “localhost:10.0” comes from an ssh -X session, not from this device’s screen. Remove DISPLAY from the package; the agent sets the local display.',
    'DISPLAY 값 “localhost:10.0”은(는) 이 단말의 화면이 아니라 ssh -X 세션의 것입니다. 패키지에서 DISPLAY를 제거하십시오. 에이전트가 로컬 디스플레이를 설정합니다.',
  ])
})

test('two Qt libraries in one image explain a wordless crash', () => {
  const image = { hasCv2QtPlugins: true, hasPyQt: true }
  for (const exitCode of [134, 139]) {
    assert.equal(diagnose({ exitCode, image })[0]?.code, 'AGENT_CAUSE_QT_OPENCV_CLASH')
  }
})

test('a missing library names its package, or how to find it', () => {
  const missing = (library: string) =>
    diagnose({ logTail: `${library}: cannot open shared object file`, exitCode: 127 })[0]
  assert.deepEqual(missing('libGL.so.1')?.parameters, { library: 'libGL.so.1', package: 'libgl1' })
  assert.equal(missing('libacme.so.7')?.code, 'AGENT_CAUSE_LIBRARY_MISSING_OTHER')
})

test('a quote carries neither secrets nor control characters', () => {
  const logTail = '\u001b[31mrtsp://admin:hunter2@10.0.0.5/ch1 token=abc123: \u202eConnection refused\u0007'
  const quote = diagnose({ logTail, exitCode: 1 })[0]?.quote ?? ''
  assert.doesNotMatch(quote, /hunter2|abc123|\p{Cc}|\u202e/u)
  assert.match(quote, /^rtsp:\/\/\*\*\*@10\.0\.0\.5\/ch1 token=\*\*\*/)
})

test('words of other programs are not taken for causes', () => {
  for (const logTail of [
    'mqtt: connect to localhost:1883 failed',
    'ssl: x509 certificate has expired',
    '{"platform":"unix"}',
    'displayed 10 frames',
    'the name of the camera is already in use',
  ]) {
    assert.deepEqual(
      diagnose({ logTail, exitCode: 1 }).map(({ code }) => code),
      ['AGENT_CONTAINER_EXITED'],
    )
  }
})

test('any text is borne, and at most three findings come of it', () => {
  const piece = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom(...RECORDED_LOGS.map(({ text }) => text)),
  )
  fc.assert(
    fc.property(
      fc.array(piece, { maxLength: 30 }),
      fc.option(fc.integer({ min: 0, max: 255 })),
      (pieces, exit) => {
        const text = pieces.join('\n')
        const findings = diagnose({ logTail: text, engineError: text, exitCode: exit ?? undefined })
        assert.ok(findings.length <= 3)
        for (const { quote = '' } of findings) assert.ok(quote.length <= 300 && !/\p{Cc}/u.test(quote))
      },
    ),
  )
})

test('text made to make patterns search long costs little', { timeout: 20_000 }, () => {
  for (const seed of [
    'lib',
    'rtsp',
    'BadAccess',
    'No such file',
    '"',
    'tcp://',
    'display ',
    '://a:',
    'camera',
    ' ',
  ]) {
    const logTail = `${seed.repeat(Math.ceil(2000 / seed.length))}\n`.repeat(32)
    assert.ok(diagnose({ logTail, exitCode: 1 }).length >= 1)
  }
})
