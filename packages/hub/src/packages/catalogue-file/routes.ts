// HTTP routes of the catalogue as a CSV file.
import { Readable } from 'node:stream'
import { CatalogueImport, ListQuery } from '@bongsu/protocol'
import Type from 'typebox'
import { preferredLanguage } from '../../plugins/error-handler.ts'
import type { HubServer } from '../../server.ts'
import type { CatalogueFiles } from './service.ts'

const PATH = '/api/v1/catalogue.csv'
const CSV = 'text/csv; charset=utf-8'
/** In which the bytes are sent says nothing: they are read as what they are. */
const PARSED_TYPES = ['text/csv', 'application/vnd.ms-excel']
const FILE_TYPES = [...PARSED_TYPES, CSV, 'text/csv;charset=utf-8']
const MAX_FILE_BYTES = 8 * 1024 * 1024

const ExportQuery = Type.Object({ q: ListQuery.properties.q })
const ImportQuery = Type.Object({ dryRun: Type.Optional(Type.Boolean()) })

export async function registerCatalogueFileRoutes(hub: HubServer, files: CatalogueFiles): Promise<void> {
  hub.get(
    PATH,
    {
      config: { permission: 'package:read' },
      schema: {
        description: 'The catalogue, or what a search finds of it, as CSV in UTF-8 that Excel opens.',
        querystring: ExportQuery,
      },
    },
    async ({ query, headers }, reply) => {
      const language = preferredLanguage(headers['accept-language'])
      reply.header('content-disposition', 'attachment; filename="bongsu-catalogue.csv"')
      return reply.type(CSV).send(Readable.from(files.write(query.q, language), { objectMode: false }))
    },
  )

  // A context of its own: only here is a body taken as bytes of a file.
  await hub.register(async (server: HubServer) => {
    server.removeAllContentTypeParsers()
    server.addContentTypeParser(PARSED_TYPES, { parseAs: 'buffer' }, (_request, body, done) =>
      done(null, body),
    )
    server.post(
      PATH,
      {
        bodyLimit: MAX_FILE_BYTES,
        // Taking the same file in again finds its work done and changes nothing.
        config: { permission: 'package:write', bodyTypes: FILE_TYPES, idempotency: 'exempt' },
        schema: {
          description:
            'Registers and changes packages as the rows of a CSV file say: all of them, or none when a row is refused. With dryRun=true it writes nothing and tells what would become of each row.',
          querystring: ImportQuery,
          response: { 200: CatalogueImport },
        },
      },
      ({ body, query }) => {
        const bytes = body instanceof Uint8Array ? body : new Uint8Array()
        return query.dryRun === true ? files.preview(bytes) : files.import(bytes)
      },
    )
  })
}
