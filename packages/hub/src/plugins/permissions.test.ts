// The table of roles: who can do more can do all of less, and a device can do one thing.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  isPermitted,
  type PrincipalRole,
  ROLE_PERMISSIONS,
  requirePermissionDeclared,
} from './permissions.ts'

const as = (role: PrincipalRole) => ({ id: 'x', name: 'x', role })

test('viewer < operator < admin', () => {
  const { viewer, operator, admin } = ROLE_PERMISSIONS
  assert.ok(viewer.isSubsetOf(operator) && operator.isSubsetOf(admin))
  assert.ok(viewer.size < operator.size && operator.size < admin.size)
  for (const permission of viewer) assert.match(permission, /:read$/)
})

test('a device fetches archives and does nothing else', () => {
  assert.deepEqual([...ROLE_PERMISSIONS.device], ['archive:read'])
})

test('nobody may use what is public or proves itself', () => {
  assert.equal(isPermitted(undefined, 'public'), true)
  assert.equal(isPermitted(undefined, 'agent'), true)
  assert.equal(isPermitted(undefined, 'device:read'), false)
  assert.equal(isPermitted(as('viewer'), 'device:write'), false)
  assert.equal(isPermitted(as('operator'), 'access-token:manage'), false)
})

test('a route without a permission is an error that names it', () => {
  assert.throws(() => requirePermissionDeclared({ method: 'GET', url: '/x' }), /GET \/x/)
  requirePermissionDeclared({ method: 'GET', url: '/x', config: { permission: 'public' } })
})
