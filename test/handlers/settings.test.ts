import assert from "node:assert/strict";
import { handler as convertRecording } from "../../handlers/convert-recording.ts";
import { entryPoint } from "../../handlers/entry-point.ts";
import { jsonSetting, numberSetting, setting } from "../../handlers/settings.ts";

describe("handlers' settings", () => {
  const name = "SPOTLIGHT_TEST_SETTING";
  afterEach(() => {
    Reflect.deleteProperty(process.env, name);
  });

  it("name the environment variable that is missing or wrong", () => {
    assert.throws(() => setting(name), { code: "invalid-setting", message: `The function's environment variable ${name} is not set` });
    process.env[name] = "101";
    assert.throws(() => numberSetting(name, { min: 0, max: 100 }), { message: `The function's environment variable ${name} is "101", not a number from 0 to 100` });
    assert.equal(numberSetting(name, { min: 0, max: 200 }), 101);
    process.env[name] = "{";
    assert.throws(() => jsonSetting(name), { message: `The function's environment variable ${name} is not JSON` });
  });

  it("are read with the first event, and clients are made once", async () => {
    let made = 0;
    const handle = entryPoint(() => {
      made++;
      return async (event: number) => event * 2;
    });
    assert.equal(made, 0);
    assert.deepEqual([await handle(1), await handle(2), made], [2, 4, 1]);
    await assert.rejects(convertRecording({ Records: [] }), { code: "invalid-setting" });
  });
});
