// The layering of ARCHITECTURE.md, enforced. `test/boundaries.test.ts` plants forbidden imports to prove that it bites.
const onlyFrom = (library, from, comment) => ({
  name: `only-importer-of-${library.replaceAll(/[^a-z]+/g, '-')}`,
  comment,
  severity: 'error',
  from: { path: '^(packages|deploy)/', pathNot: `${from}|\\.test\\.ts$|/bundle\\.ts$` },
  to: { path: `node_modules/(@types/)?${library}/` },
})

const never = (name, from, to) => ({ name, severity: 'error', from: { path: from }, to: { path: to } })

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { pathNot: 'node_modules' } },
    },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    never('protocol-stands-alone', '^packages/protocol/', '^packages/(?!protocol/)'),
    never('foundation-stands-alone', '^packages/foundation/', '^packages/(?!foundation/)'),
    never('agent-knows-no-other-process', '^packages/agent/', '^packages/(hub|web|cli)/'),
    never('hub-knows-no-other-process', '^packages/hub/', '^packages/(agent|web|cli)/'),
    never('web-takes-only-the-protocol', '^packages/web/', '^packages/(agent|hub|foundation|cli)/'),
    never('cli-speaks-to-the-hub-by-its-api', '^packages/cli/', '^packages/(agent|hub|web)/'),
    never('packages-do-not-see-the-outside', '^packages/', '^(test|bench|deploy)/'),
    never(
      'planning-is-pure',
      '^packages/agent/src/(reconciler/(plan|drift|steps|launch-status)|hub-session/session-state|desired-state/accept)\\.ts$',
      '^(node:)?(fs|net|http|https|child_process|timers|dgram)|node_modules/(dockerode|ws|undici|pino)/',
    ),
    {
      name: 'feature-repositories-are-private',
      comment: 'features reach each other through services, never through another feature’s repository',
      severity: 'error',
      from: { path: '^packages/hub/src/([^/]+)/', pathNot: '^packages/hub/src/app\\.ts$' },
      to: {
        path: '^packages/hub/src/([^/]+)/(mongo-)?(repository|model)\\.ts$',
        pathNot: '^packages/hub/src/$1/',
      },
    },
    onlyFrom('dockerode', '^packages/agent/src/runtime/docker/', 'one importer per outside world'),
    onlyFrom('systeminformation', '^packages/agent/src/telemetry/', 'one importer per outside world'),
    onlyFrom(
      'mongoose',
      '^packages/hub/src/([^/]+/(model|mongo-[a-z-]+)|plugins/database)\\.ts$',
      'documents stop at the repository',
    ),
    onlyFrom(
      'ws',
      '^packages/(agent/src/hub-session/ws-transport\\.ts|hub/src/sessions/)',
      'one importer per side',
    ),
    onlyFrom(
      'yaml',
      '^packages/hub/src/packages/profile-import/manifest-documents\\.ts$',
      'one reader, with its limits',
    ),
    onlyFrom('@aws-sdk', '^packages/hub/src/images/', 'one importer per outside world'),
    onlyFrom('@tus', '^packages/hub/src/uploads/tus-server\\.ts$', 'one importer per outside library'),
    onlyFrom('tus-js-client', '^packages/web/src/api/upload\\.ts$', 'one importer per outside library'),
    onlyFrom('csv-(parse|stringify)', '^packages/hub/src/packages/', 'one importer per outside library'),
    onlyFrom('@noble', '^packages/cli/src/signing/', 'one importer per outside library'),
    onlyFrom('pino', '^packages/foundation/src/logger\\.ts$', 'one logger'),
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^packages/[^/]+/dist/' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default'],
      extensions: ['.ts', '.tsx', '.js', '.mjs', '.cjs', '.json'],
    },
  },
}
