import assert from "node:assert/strict";
import { entryPoint } from "../../../pipeline/runtime/entry-point.ts";
import { jsonSetting, numberSetting, setting } from "../../../pipeline/runtime/settings.ts";
import type { InvocationLog } from "../../../pipeline/runtime/step-log.ts";
import { context } from "../../handlers/context.ts";
import { memoryLog } from "../../handlers/memory-log.ts";

describe("handlers' settings", () => {
  const name = "SPOTLIGHT_TEST_SETTING";
  afterEach(() => {
    Reflect.deleteProperty(process.env, name);
  });

  it("name the environment variable that is missing or wrong", () => {
    assert.throws(() => setting(name), {
      code: "invalid-setting",
      message: `The function's environment variable ${name} is not set`,
    });
    process.env[name] = "101";
    assert.throws(() => numberSetting(name, { min: 0, max: 100 }), {
      message: `The function's environment variable ${name} is "101", not a number from 0 to 100`,
    });
    assert.equal(numberSetting(name, { min: 0, max: 200 }), 101);
    process.env[name] = "{";
    assert.throws(() => jsonSetting(name), { message: `The function's environment variable ${name} must be JSON` });
  });

  it("are read with the first event, and clients are made once", async () => {
    let made = 0;
    const log = memoryLog();
    const newLog = (): InvocationLog => ({ ...log, begin: () => undefined, end: () => undefined });
    const handle = entryPoint(
      "doubler",
      () => {
        made++;
        return async (event: number) => event * 2;
      },
      newLog,
    );
    assert.equal(made, 0);
    assert.deepEqual([await handle(1, context), await handle(2, context), made], [2, 4, 1]);
    const broken = entryPoint<number, number>("broken", () => async () => Number(setting(name)), newLog);
    await assert.rejects(broken(1, context), { code: "invalid-setting" });
    assert.deepEqual(log.steps, [
      `invocation-failed: SettingError: The function's environment variable ${name} is not set`,
    ]);
  });
});
