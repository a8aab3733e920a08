// What of a forecast the dialog acts upon. Pure.
import type { DeploymentForecast } from '@bongsu/protocol'

type DeviceForecast = DeploymentForecast['devices'][number]

export const isWorthTelling = ({ obstacles, warnings }: DeviceForecast): boolean =>
  obstacles.length + warnings.length > 0

/** Some device has no display now: the operator has to say that its launch may wait there. */
export const lacksDisplay = (forecast: DeploymentForecast | undefined): boolean =>
  forecast?.devices.some(({ obstacles }) =>
    obstacles.some(({ code }) => code === 'HUB_DEVICE_WITHOUT_DISPLAY'),
  ) ?? false

/** As `GroupName` of the contract; empty for none. */
export const isGroupName = (text: string): boolean =>
  text === '' || /^[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?$/.test(text)
