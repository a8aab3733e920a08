// The Dockerfile of a built package: the same text for the same plan, so that it can be kept, read and built anew. Pure.

export interface DockerfilePlan {
  /** What it stands on; an argument of the build, so that a kept Dockerfile can stand on another. */
  readonly base: string
  /** Of Debian, sorted. */
  readonly systemPackages: readonly string[]
  /** Name of the pip wheel among the wheels; undefined where there is nothing to install. */
  readonly pipWheel: string | undefined
  readonly command: readonly [string, ...string[]]
  readonly environment: Readonly<Record<string, string>>
  readonly labels: Readonly<Record<string, string>>
}

/** Nobody's number on the device: programs are not root, in the container either. */
export const PROGRAM_USER = '10001:10001'
export const APP_FOLDER = '/app'
const SITE = '/opt/site-packages'

/**
 * Three stages: `system` needs the network (Debian's packages), `python` and the last one need none. Time stamps are fixed and
 * whole trees are copied onto `/`, so that not even a folder that is made on the way has a time of its own: the same wheels and
 * files make the same layers.
 */
export function writeDockerfile({
  base,
  systemPackages,
  pipWheel,
  command,
  environment,
  labels,
}: DockerfilePlan): string {
  const install = `apt-get update && apt-get install -y --no-install-recommends ${systemPackages.join(' ')}`
  const variables = { ...environment, ...(pipWheel !== undefined && { PYTHONPATH: SITE }) }
  return [
    `ARG BASE=${base}`,
    'FROM $BASE AS system',
    // An image to build on may end as somebody who may not install anything.
    'USER 0:0',
    ...(systemPackages.length > 0
      ? [
          `RUN export DEBIAN_FRONTEND=noninteractive && ${install} && rm -rf /var/lib/apt/lists/* /var/cache/apt /var/log/*`,
        ]
      : []),
    // Once here, so that no start has to read all fonts.
    ...(systemPackages.includes('fontconfig') ? ['RUN fc-cache --system-only --force'] : []),
    ...(pipWheel === undefined
      ? []
      : [
          '',
          'FROM system AS python',
          'COPY wheels /wheels',
          `RUN python3 /wheels/${pipWheel}/pip install --no-index --find-links /wheels --no-deps --require-hashes --no-compile --root-user-action ignore --target /out${SITE} -r /wheels/requirements.lock \\`,
          ` && find /out -exec touch --no-dereference --date=@0 {} +`,
        ]),
    '',
    'FROM system',
    ...(pipWheel === undefined ? [] : ['COPY --from=python /out /']),
    'COPY root /',
    ...Object.entries(variables).map(([name, value]) => `ENV ${name}=${JSON.stringify(value)}`),
    ...Object.entries(labels).map(([name, value]) => `LABEL ${name}=${JSON.stringify(value)}`),
    `WORKDIR ${APP_FOLDER}`,
    `USER ${PROGRAM_USER}`,
    'ENTRYPOINT []',
    `CMD ${JSON.stringify(command)}`,
    '',
  ].join('\n')
}
