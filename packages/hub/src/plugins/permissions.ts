// Who may do what: roles to permissions as one pure table, and the rule that every route declares what it needs.
import type { RouteOptions } from 'fastify'

/** A right that a route needs. `public` needs no sign-in; `agent` proves itself by signature inside the route. */
export type Permission =
  | 'public'
  | 'agent'
  | 'self:read'
  | 'device:read'
  | 'device:write'
  | 'screen:read'
  | 'package:read'
  | 'package:write'
  | 'archive:read'
  | 'deployment:read'
  | 'deployment:write'
  | 'join-token:manage'
  | 'access-token:manage'
  | 'secret:manage'
  | 'change:read'
  | 'metrics:read'

/** `device` is a device's own token: it downloads image archives and nothing else. */
export type PrincipalRole = 'viewer' | 'operator' | 'admin' | 'device'

export interface Principal {
  /** Stable: what idempotency keys and open streams belong to. */
  readonly id: string
  readonly name: string
  readonly role: PrincipalRole
}

const VIEWER: readonly Permission[] = [
  'self:read',
  'device:read',
  'screen:read',
  'package:read',
  'deployment:read',
  'change:read',
  'metrics:read',
]
const OPERATOR: readonly Permission[] = [
  ...VIEWER,
  'device:write',
  'package:write',
  'archive:read',
  'deployment:write',
  'join-token:manage',
  'secret:manage',
]

export const ROLE_PERMISSIONS: Readonly<Record<PrincipalRole, ReadonlySet<Permission>>> = {
  viewer: new Set(VIEWER),
  operator: new Set(OPERATOR),
  admin: new Set([...OPERATOR, 'access-token:manage']),
  device: new Set(['archive:read']),
}

/** Whether this caller may use a route of that permission; nobody is `undefined`. */
export function isPermitted(principal: Principal | undefined, permission: Permission): boolean {
  if (permission === 'public' || permission === 'agent') return true
  return principal !== undefined && ROLE_PERMISSIONS[principal.role].has(permission)
}

/** @throws Error naming the route that declares no permission: an undeclared route must never serve */
export function requirePermissionDeclared(route: Pick<RouteOptions, 'method' | 'url' | 'config'>): void {
  if (route.config?.permission !== undefined) return
  throw new Error(`route ${String(route.method)} ${route.url} declares no permission; the hub does not start`)
}
