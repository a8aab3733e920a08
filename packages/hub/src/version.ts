// The release this source belongs to; the workspace has one version.

export const HUB_VERSION = '0.1.0'
