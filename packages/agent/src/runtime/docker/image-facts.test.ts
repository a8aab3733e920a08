// Answers of engines of several kinds, as they give them.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { configurationOf, traitsOf } from './image-facts.ts'

test('an engine tells what it is', () => {
  const debian = {
    ServerVersion: '20.10.24+dfsg1',
    Architecture: 'x86_64',
    DockerRootDir: '/var/lib/docker',
    SecurityOptions: ['name=apparmor', 'name=seccomp,profile=default', 'name=userns'],
    Runtimes: { runc: { path: 'runc' }, nvidia: { path: 'nvidia-container-runtime', runtimeArgs: [] } },
  }
  assert.deepEqual(traitsOf(debian), {
    version: '20.10.24+dfsg1',
    architecture: 'amd64',
    storageRoot: '/var/lib/docker',
    securityOptions: ['name=apparmor', 'name=seccomp,profile=default', 'name=userns'],
    runtimes: ['runc', 'nvidia'],
  })
  const bare = traitsOf({ ServerVersion: '29.0.0', Architecture: 'aarch64', SecurityOptions: null })
  assert.equal(bare.architecture, 'arm64')
  assert.deepEqual([bare.securityOptions, bare.runtimes], [[], []])
  assert.equal(traitsOf(undefined).version, '')
})

test('an image tells how it wants to be run', () => {
  const config = { Entrypoint: null, Cmd: ['python3', 'main.py'], WorkingDir: '/app', User: '', Env: ['A=b'] }
  assert.deepEqual(configurationOf(config), {
    command: ['python3', 'main.py'],
    workingDirectory: '/app',
    user: '',
    environment: ['A=b'],
  })
  assert.deepEqual(configurationOf(undefined), {})
})
