// How an archived image wants to be run, out of its configuration. Pure. What cannot be read is left out: an image is not
// refused for a word that only a warning would rest on.
import { ImageConfiguration } from '@bongsu/protocol'
import { Check } from 'typebox/value'

/** @param config the `config` object of the image's configuration (OCI image specification 1.1, config.md) */
export function readConfiguration(config: unknown): ImageConfiguration {
  if (typeof config !== 'object' || config === null) return {}
  const field = (name: string): unknown => Reflect.get(config, name)
  return {
    ...kept('entrypoint', field('Entrypoint')),
    ...kept('command', field('Cmd')),
    ...kept('workingDirectory', field('WorkingDir')),
    ...kept('user', field('User')),
    ...kept('environment', field('Env')),
  }
}

function kept<K extends keyof ImageConfiguration>(name: K, value: unknown): Partial<ImageConfiguration> {
  if (value === undefined || value === null || value === '') return {}
  const found = { [name]: value }
  return Check(ImageConfiguration, found) ? found : {}
}
