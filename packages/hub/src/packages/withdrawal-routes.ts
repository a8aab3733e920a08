// HTTP routes that withdraw packages and versions, and restore them.
import { AiPackage, PackageId, PackageVersion, VersionName, WithdrawalRequest } from '@bongsu/protocol'
import Type from 'typebox'
import { setRevision } from '../plugins/entity-tag.ts'
import type { HubServer } from '../server.ts'
import type { Withdrawals } from './withdrawals.ts'

const Params = Type.Object({ id: PackageId })
const VersionParams = Type.Object({ id: PackageId, version: VersionName })

const answer = <Resource extends { revision: number }>(
  reply: Parameters<typeof setRevision>[0],
  resource: Resource,
): Resource => {
  setRevision(reply, resource.revision)
  return resource
}

/** Withdrawing and its undoing: no If-Match, for both end the same whatever somebody else edits meanwhile. */
export function registerWithdrawalRoutes(server: HubServer, withdrawals: Withdrawals): void {
  const config = { permission: 'package:write' } as const
  server.post(
    '/api/v1/packages/:id/withdraw',
    { config, schema: { params: Params, body: WithdrawalRequest, response: { 200: AiPackage } } },
    async ({ params, body }, reply) => answer(reply, await withdrawals.withdraw(params.id, body)),
  )

  server.post(
    '/api/v1/packages/:id/restore',
    { config, schema: { params: Params, response: { 200: AiPackage } } },
    async ({ params }, reply) => answer(reply, await withdrawals.restore(params.id)),
  )

  server.post(
    '/api/v1/packages/:id/versions/:version/withdraw',
    { config, schema: { params: VersionParams, body: WithdrawalRequest, response: { 200: PackageVersion } } },
    async ({ params, body }, reply) =>
      answer(reply, await withdrawals.withdrawVersion(params.id, params.version, body)),
  )

  server.post(
    '/api/v1/packages/:id/versions/:version/restore',
    { config, schema: { params: VersionParams, response: { 200: PackageVersion } } },
    async ({ params }, reply) => answer(reply, await withdrawals.restoreVersion(params.id, params.version)),
  )
}
