import assert from 'node:assert/strict'
import { test } from 'node:test'
import { withSection } from './results.ts'

test('a section replaces its older self and leaves the others', () => {
  const first = withSection('# Head\n', 'b', '## b\n\nold')
  const second = withSection(first, 'a', '## a\n\nother')
  assert.equal(withSection(second, 'b', '## b\n\nnew'), '# Head\n\n## a\n\nother\n\n## b\n\nnew\n')
})

test('a name that begins another name is another section', () => {
  const text = withSection('# Head\n', 'agent-start', '## agent-start\n\n1')
  assert.match(withSection(text, 'agent', '## agent\n\n2'), /## agent-start\n\n1/)
})
