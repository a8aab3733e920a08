// HTTP route of the importer. It registers nothing: that is a request of its own. Like every answer to a POST, its own
// is kept sealed for a day, for whoever repeats the request with the same key.
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
          'Reads a docker run line or a Kubernetes manifest as a launch profile and says what became of every part. Nothing is run, fetched or registered.',
        body: ProfileImportRequest,
        response: { 200: ProfileImport },
      },
    },
    async ({ body }) => importProfile(body.text),
  )
}
