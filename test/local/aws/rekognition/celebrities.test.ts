import assert from "node:assert/strict";
import { join } from "node:path";
import { Celebrities, celebrityOf } from "../../../../local/aws/rekognition/celebrities.ts";
import { chooseRecogniser } from "../../../../local/vision/recognisers/index.ts";
import { FaceWorker } from "../../../../local/vision/worker/index.ts";
import { quietLog } from "../../../support/storage.ts";

describe("the folder of celebrities", () => {
  it("takes the person's name from the file name, for any number of photos", () => {
    assert.equal(celebrityOf("Son Heung-min.jpg").name, "Son Heung-min");
    for (const file of ["Ada Lovelace.jpg", "Ada Lovelace (2).png", "Ada Lovelace(13).JPEG"])
      assert.deepEqual(celebrityOf(file), celebrityOf("Ada Lovelace.png"));
    assert.equal(celebrityOf("J. R. (Bob) Dobbs.png").name, "J. R. (Bob) Dobbs");
    // The same name, composed and decomposed, as file systems have it.
    assert.deepEqual(celebrityOf("Kylian Mbapp\u00e9.jpg"), celebrityOf("Kylian Mbappe\u0301.jpg"));
  });

  it("gives each person a stable id of seven letters and digits", () => {
    assert.equal(celebrityOf("Ada Lovelace.jpg").id, celebrityOf("Ada Lovelace (2).png").id);
    assert.match(celebrityOf("Ada Lovelace.jpg").id, /^[A-Za-z0-9]{7}$/);
    assert.notEqual(celebrityOf("Ada Lovelace.jpg").id, celebrityOf("Son Heung-min.jpg").id);
  });

  it("must exist", () => {
    const missing = join(import.meta.dirname, "missing");
    assert.throws(
      () => new Celebrities(missing, new FaceWorker({ log: quietLog, recogniser: chooseRecogniser() }), quietLog),
      {
        message:
          `The celebrity folder ${missing} does not exist. Specify a folder of photos named ` +
          "after the people they show.",
      },
    );
  });
});
