/** Thrown at start-up for an environment variable that is missing or invalid. */
export class SettingError extends Error {
  override readonly name = "SettingError";
  readonly code = "invalid-setting";
}

/**
 * The environment variable `name`; throws `SettingError` when it is missing or empty. Small readers instead of a
 * TypeBox schema, for the same reason as in `event.ts`.
 */
export function setting(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === "")
    throw new SettingError(`The function's environment variable ${name} is not set`);
  return value;
}

/** The environment variable `name` as a number within the bounds. */
export function numberSetting(name: string, bounds: { min: number; max: number }): number {
  const value = Number(setting(name));
  if (!(value >= bounds.min && value <= bounds.max)) {
    throw new SettingError(
      `The function's environment variable ${name} is "${setting(name)}", not a number from ${bounds.min} to ` +
        `${bounds.max}`,
    );
  }
  return value;
}

/** The environment variable `name` as JSON. */
export function jsonSetting(name: string): unknown {
  try {
    return JSON.parse(setting(name));
  } catch (error) {
    if (error instanceof SettingError) throw error;
    throw new SettingError(`The function's environment variable ${name} must be JSON`);
  }
}

/** The environment variable `name` as a comma-separated list. */
export function listSetting(name: string): string[] {
  return setting(name).split(",");
}
