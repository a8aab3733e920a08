import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runOptions } from './run-options.ts'

test('every field the agent sets has its option', () => {
  const options = runOptions({
    Hostname: 'lau-a',
    User: '1000:1000',
    Env: ['A=1', 'B=two words'],
    Labels: {},
    HostConfig: {
      NetworkMode: 'none',
      Memory: 5,
      PidsLimit: 6,
      ShmSize: 7,
      OomScoreAdj: 500,
      IpcMode: 'private',
      Init: true,
      CapDrop: ['ALL'],
      SecurityOpt: ['no-new-privileges:true'],
      LogConfig: { Type: 'json-file', Config: { 'max-size': '10m' } },
      Mounts: [{ Source: '/a', Target: '/b', ReadOnly: true }],
    },
  })
  assert.deepEqual(options, [
    ...['--hostname', 'lau-a', '--network', 'none', '--ipc', 'private', '--user', '1000:1000', '--init'],
    ...['--memory', '5', '--pids-limit', '6', '--shm-size', '7', '--oom-score-adj', '500'],
    ...['--env', 'A=1', '--env', 'B=two words', '--cap-drop', 'ALL'],
    ...['--security-opt', 'no-new-privileges:true', '--log-driver', 'json-file', '--log-opt', 'max-size=10m'],
    ...['--mount', 'type=bind,source=/a,target=/b,readonly'],
  ])
})
