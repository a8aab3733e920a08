// Every code explains itself in both languages, and every code that the source names is in the catalogue.
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import { AGENT_ERRORS } from './agent-errors.ts'
import { CLI_BUILD_ERRORS } from './build-errors.ts'
import { ERROR_CATALOGUE, explain, isKnownErrorCode, isRetryable, statusOf } from './catalogue.ts'
import { HUB_CATALOGUE_ERRORS, HUB_PACKAGE_ERRORS, HUB_VERSION_ERRORS } from './catalogue-errors.ts'
import { CAUSE_ERRORS } from './cause-errors.ts'
import { CLI_ERRORS } from './cli-errors.ts'
import { HUB_DEPLOYMENT_ERRORS, HUB_ROLLOUT_ERRORS } from './deployment-errors.ts'
import { AGENT_DISPLAY_ERRORS, AGENT_OWNED_DISPLAY_ERRORS } from './display-errors.ts'
import { AGENT_ENGINE_ERRORS, AGENT_IMAGE_ERRORS } from './engine-errors.ts'
import type { ErrorEntry } from './error-entry.ts'
import { FORECAST_ERRORS } from './forecast-errors.ts'
import { HUB_GATE_ERRORS } from './gate-errors.ts'
import { AGENT_HELPER_ERRORS } from './helper-errors.ts'
import { HUB_ERRORS } from './hub-errors.ts'
import { IMPORT_ERRORS } from './import-errors.ts'
import {
  AGENT_CAMERA_ERRORS,
  AGENT_SECRET_ERRORS,
  HUB_CAMERA_ERRORS,
  HUB_SECRET_ERRORS,
} from './input-errors.ts'
import { PREFLIGHT_ERRORS } from './preflight-errors.ts'
import { PROTOCOL_ERRORS } from './protocol-errors.ts'
import { HUB_REGISTRY_ERRORS } from './registry-errors.ts'
import { AGENT_PUBLISHERS_ERRORS, AGENT_RELEASE_ERRORS, HUB_RELEASE_ERRORS } from './release-errors.ts'
import { HUB_BLOB_ERRORS, HUB_STORE_ERRORS } from './store-errors.ts'
import { AGENT_FOLDER_ERRORS } from './transfer-errors.ts'
import { HUB_UPLOAD_ERRORS } from './upload-errors.ts'
import { AGENT_VERIFICATION_ERRORS, HUB_VERIFICATION_ERRORS } from './verification-errors.ts'

const HANGUL = /\p{Script=Hangul}/u
const files: Record<string, Readonly<Record<string, ErrorEntry>>> = {
  AGENT_: AGENT_ERRORS,
  AGENT_CAUSE_: CAUSE_ERRORS,
  AGENT_DISPLAY_: AGENT_DISPLAY_ERRORS,
  AGENT_OWNED_DISPLAY_: AGENT_OWNED_DISPLAY_ERRORS,
  AGENT_ENGINE_: AGENT_ENGINE_ERRORS,
  AGENT_IMAGE_: AGENT_IMAGE_ERRORS,
  AGENT_HELPER_: AGENT_HELPER_ERRORS,
  AGENT_PREFLIGHT_: PREFLIGHT_ERRORS,
  HUB_: HUB_ERRORS,
  HUB_IMPORT_: IMPORT_ERRORS,
  HUB_DEPLOYMENT_: HUB_DEPLOYMENT_ERRORS,
  HUB_ROLLOUT_: HUB_ROLLOUT_ERRORS,
  HUB_FORECAST_: FORECAST_ERRORS,
  PROTOCOL_: PROTOCOL_ERRORS,
  CLI_: CLI_ERRORS,
  CLI_BUILD_: CLI_BUILD_ERRORS,
  AGENT_PUBLISHERS_: AGENT_PUBLISHERS_ERRORS,
  AGENT_RELEASE_: AGENT_RELEASE_ERRORS,
  AGENT_CAMERA_: AGENT_CAMERA_ERRORS,
  AGENT_SECRET_: AGENT_SECRET_ERRORS,
  AGENT_FOLDER_: AGENT_FOLDER_ERRORS,
  HUB_BLOB_: HUB_BLOB_ERRORS,
  HUB_CATALOGUE_: HUB_CATALOGUE_ERRORS,
  HUB_PACKAGE_: HUB_PACKAGE_ERRORS,
  HUB_REGISTRY_: HUB_REGISTRY_ERRORS,
  HUB_RELEASE_: HUB_RELEASE_ERRORS,
  HUB_CAMERA_: HUB_CAMERA_ERRORS,
  HUB_SECRET_: HUB_SECRET_ERRORS,
  HUB_GATE_: HUB_GATE_ERRORS,
  HUB_STORE_: HUB_STORE_ERRORS,
  HUB_UPLOAD_: HUB_UPLOAD_ERRORS,
  AGENT_VERIFICATION_: AGENT_VERIFICATION_ERRORS,
  HUB_VERIFICATION_: HUB_VERIFICATION_ERRORS,
  HUB_VERSION_: HUB_VERSION_ERRORS,
}
const entries = Object.entries<ErrorEntry>(ERROR_CATALOGUE)
const placeholders = (...texts: string[]) => [...new Set(texts.join(' ').match(/\{[^}]*\}?/g) ?? [])].sort()

test('codes stand in the file of their prefix, once', () => {
  let count = 0
  for (const [prefix, codes] of Object.entries(files)) {
    for (const code of Object.keys(codes)) {
      assert.match(code, new RegExp(`^${prefix}[A-Z][A-Z0-9_]*$`))
      assert.ok(code.length <= 64, code)
      count += 1
    }
  }
  assert.equal(entries.length, count)
})

for (const [code, { title, remedy, status }] of entries) {
  test(`${code} explains itself in English and Korean`, () => {
    for (const text of [title, remedy]) {
      assert.ok(text.en.trim() === text.en && text.en.length > 0)
      assert.ok(text.ko.trim() === text.ko && text.ko.length > 0)
      assert.doesNotMatch(text.en, HANGUL)
      assert.match(text.ko, HANGUL)
      assert.equal(text.ko, text.ko.normalize('NFC'))
    }
    const found = placeholders(title.en, remedy.en)
    assert.deepEqual(found, placeholders(title.ko, remedy.ko))
    for (const placeholder of found) assert.match(placeholder, /^\{[a-zA-Z]+\}$/)
    assert.ok(Number.isInteger(status) && status >= 400 && status <= 599, String(status))
  })
}

test('every code that the source names is in the catalogue', () => {
  const packages = join(import.meta.dirname, '../../..')
  const sources = readdirSync(packages, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap(({ name }) => sourcesOf(join(packages, name, 'src')))
  assert.ok(sources.length > 50, 'sources were found')
  const unknown = sources.flatMap((path) =>
    [...readFileSync(path, 'utf8').matchAll(/['"`]((?:AGENT|HUB|PROTOCOL)_[A-Z0-9_]+)['"`]/g)]
      .map((match) => match[1] ?? '')
      .filter((code) => !isKnownErrorCode(code))
      .map((code) => `${path.slice(packages.length + 1)}: ${code}`),
  )
  assert.deepEqual(unknown, [])
})

function sourcesOf(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.tsx?$/.test(name) && !/\.test\.tsx?$/.test(name) && !name.includes('node_modules'))
      .map((name) => join(folder, name))
  } catch {
    return []
  }
}

test('a code of tomorrow is shown with its quote, in no language', () => {
  assert.deepEqual(explain({ code: 'AGENT_FROM_TOMORROW', quote: 'words' }, 'ko'), {
    title: 'words',
    remedy: '',
  })
  assert.deepEqual(explain({ code: 'AGENT_FROM_TOMORROW' }, 'en'), {
    title: 'AGENT_FROM_TOMORROW',
    remedy: '',
  })
  assert.equal(statusOf('AGENT_FROM_TOMORROW'), 500)
  assert.equal(isRetryable('AGENT_FROM_TOMORROW'), false)
  for (const code of ['constructor', '__proto__', 'toString']) assert.equal(isKnownErrorCode(code), false)
})

test('parameters fill the placeholders once, whatever they contain', () => {
  const reason = { code: 'HUB_DEVICE_OFFLINE', parameters: { id: 'dev-$&-{id}' } }
  assert.equal(explain(reason, 'en').title, 'Device dev-$&-{id} is not connected.')
  assert.match(explain({ code: 'HUB_DEVICE_OFFLINE' }, 'en').title, /\{id\}/)
  const parameters = fc.dictionary(fc.string(), fc.oneof(fc.string(), fc.double()))
  fc.assert(
    fc.property(fc.constantFrom(...entries), parameters, ([code], given) => {
      for (const language of ['en', 'ko'] as const) {
        assert.ok(explain({ code, parameters: given }, language).title.length > 0)
      }
    }),
  )
})
