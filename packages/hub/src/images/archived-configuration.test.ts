import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ImageConfiguration } from '@bongsu/protocol'
import fc from 'fast-check'
import { Check } from 'typebox/value'
import { readConfiguration } from './archived-configuration.ts'

test('entrypoint, command, folder, user and environment are read', () => {
  const config = {
    Entrypoint: ['python3'],
    Cmd: ['main.py', '--봉수'],
    WorkingDir: '/app',
    User: '1000:1000',
    Env: ['PATH=/usr/bin', 'LANG=C.UTF-8'],
    Labels: { a: 'b' },
  }
  assert.deepEqual(readConfiguration(config), {
    entrypoint: ['python3'],
    command: ['main.py', '--봉수'],
    workingDirectory: '/app',
    user: '1000:1000',
    environment: ['PATH=/usr/bin', 'LANG=C.UTF-8'],
  })
})

test('what is absent, empty or no text is left out, and the rest is kept', () => {
  assert.deepEqual(readConfiguration(undefined), {})
  assert.deepEqual(readConfiguration(null), {})
  assert.deepEqual(readConfiguration({ Entrypoint: null, User: '', Cmd: ['sh'] }), { command: ['sh'] })
  assert.deepEqual(readConfiguration({ Entrypoint: 'sh', Cmd: [1], Env: ['A=b'] }), { environment: ['A=b'] })
  const tooMany = Array.from({ length: 257 }, () => 'x')
  assert.deepEqual(readConfiguration({ Cmd: tooMany, WorkingDir: 'x'.repeat(4097) }), {})
})

test('whatever stands there, what is kept is valid', () => {
  const keys = fc.constantFrom('Entrypoint', 'Cmd', 'WorkingDir', 'User', 'Env', '__proto__')
  fc.assert(
    fc.property(fc.dictionary(keys, fc.jsonValue()), (config) => {
      assert.ok(Check(ImageConfiguration, readConfiguration(config)))
    }),
  )
})
