// The README tells the truth about configuration and commands: its tables are compared with the sources.
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { AgentFile } from '@bongsu/agent'
import { checkoutFolder } from '@bongsu/trial'
import { parsePolicy } from '../packages/agent/src/policy/load-policy.ts'
import { PolicyFile } from '../packages/agent/src/policy/policy.ts'
import { CONFIG_KEYS } from '../packages/hub/src/config.ts'

const checkout = checkoutFolder()
const readme = readFileSync(join(checkout, 'README.md'), 'utf8')

/** First cells of table rows that hold one piece of code. */
const keysInTables = [...readme.matchAll(/^\| `(?<key>[A-Za-z_.]+)` \|/gm)].map(
  ({ groups }) => groups?.key ?? '',
)

test('the hub’s table lists its keys and defaults, in order', () => {
  const rows = CONFIG_KEYS.map(({ name, default: value, meaning }) => {
    const shown = value === '' ? '' : `\`${value}\``
    return `| \`${name}\` | ${shown} | ${meaning} |`
  })
  assert.ok(readme.includes(rows.join('\n')), `the README's table should be:\n${rows.join('\n')}`)
})

test('the agent’s table lists the keys of agent.toml, all of them and no other', () => {
  const keys = Object.entries(AgentFile.properties).flatMap(([table, { properties }]) =>
    Object.keys(properties).map((key) => `${table}.${key}`),
  )
  assert.deepEqual(
    keysInTables.filter((key) => key.includes('.')),
    keys,
  )
})

test('the policy’s table lists the keys of policy.toml, all of them and in order', () => {
  const chapter = readme.slice(readme.indexOf('`/etc/bongsu/policy.toml` caps'))
  const keys = [...chapter.matchAll(/^\| `(?<key>[A-Za-z_]+)` \|/gm)].map(({ groups }) => groups?.key)
  assert.deepEqual(
    keys.slice(0, Object.keys(PolicyFile.properties).length),
    Object.keys(PolicyFile.properties),
  )
  const example = /```toml\n# \/etc\/bongsu\/policy\.toml\n(?<text>[^`]+)```/.exec(chapter)?.groups?.text
  assert.deepEqual(parsePolicy(example ?? '', 'README.md').exec, false)
})

test('the two commands exist, and every file the documents link to', () => {
  const { scripts } = JSON.parse(readFileSync(join(checkout, 'package.json'), 'utf8'))
  for (const name of ['start', 'test', 'image', 'bench']) assert.ok(scripts[name], `npm run ${name}`)
  for (const document of ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'SECURITY.md']) {
    const text = readFileSync(join(checkout, document), 'utf8')
    for (const { groups } of text.matchAll(/\]\((?<target>[^):]+)\)/g)) {
      assert.ok(existsSync(join(checkout, groups?.target ?? '')), `${document} links to ${groups?.target}`)
    }
  }
})

test('one Node everywhere: what runs here is what the workspace pins', () => {
  const pinned = /^ {2}node: (?<version>[\d.]+)$/m.exec(
    readFileSync(join(checkout, 'pnpm-workspace.yaml'), 'utf8'),
  )
  assert.equal(process.version, `v${pinned?.groups?.version}`)
})
