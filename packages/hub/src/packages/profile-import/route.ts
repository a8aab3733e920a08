// HTTP route of the importer. It reads a text and keeps nothing; registering the profile is a request of its own.
import { ProfileImport, ProfileImportRequest } from '@bongsu/protocol'
import type { HubServer } from '../../server.ts'
import { importProfile } from './import-profile.ts'

export function registerProfileImportRoute(server: HubServer): void {
  server.post(
    '/api/v1/launch-profiles/import',
    {
      config: { permission: 'package:write' },
      schema: {
        description:
          'Reads a docker run line or a Kubernetes manifest as a launch profile and says what became of every part. Nothing is run, fetched or stored.',
        body: ProfileImportRequest,
        response: { 200: ProfileImport },
      },
    },
    async ({ body }) => importProfile(body.text),
  )
}
