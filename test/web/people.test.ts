import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import sharp from "sharp";
import { ADA, SON, channel, person } from "./fixtures.ts";
import { called, focused, pageSuite } from "./page-suite.ts";
import type { Refusal, Site } from "./site.ts";

const photo = async (width: number, height: number): Promise<Buffer> =>
  await sharp({ create: { width, height, channels: 3, background: "#a06040" } })
    .jpeg()
    .toBuffer();

const jpeg = (buffer: Buffer, name = "photo.jpg") => ({ name, mimeType: "image/jpeg", buffer });

async function openDialog(page: Page): Promise<void> {
  await page.getByRole("navigation", { name: "People" }).getByRole("button", { name: "Add a person" }).click();
  await page.getByRole("dialog", { name: "Add a person" }).waitFor();
}

describe("web: the watch list", function () {
  const { startSite, open } = pageSuite(this);
  let site: Site;
  beforeEach(async () => {
    site = await startSite({ channels: [channel()], people: [SON] });
  });

  it("offers a viewer no controls to add or manage people", async () => {
    const { page } = await open(site);
    await page.getByRole("link", { name: /Son Heung-min/ }).waitFor();
    assert.equal(await page.getByRole("button", { name: /Add|Manage/ }).count(), 0);
  });

  it("registers a person with several photos", async () => {
    const { page, faults } = await open(site, { admin: true });
    await openDialog(page);
    await page.getByLabel("Name", { exact: true }).fill("Ada Hegerberg");
    await page
      .getByLabel("Choose photos")
      .setInputFiles([jpeg(await photo(300, 400)), jpeg(await photo(500, 400), "two.jpg")]);
    await page.getByText("Ready").nth(1).waitFor();
    await page.getByRole("button", { name: "Add", exact: true }).click();
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await page.getByRole("link", { name: /Ada Hegerberg/ }).waitFor();

    assert.equal((await called(site, "POST /people")).body.toString(), '{"name":"Ada Hegerberg"}');
    const sent = site.calls.filter(({ method, path }) => method === "POST" && path === "/people/ada-hegerberg/photos");
    assert.deepEqual(
      sent.map(({ type }) => type),
      ["image/jpeg", "image/jpeg"],
    );
    const sizes = await Promise.all(sent.map(async ({ body }) => await sharp(body).metadata()));
    assert.deepEqual(
      sizes.map(({ width, height }) => [width, height]),
      [
        [300, 400],
        [500, 400],
      ],
    );
    assert.deepEqual(faults, []);
  });

  it("sends a large photo upright, at most 1920 pixels long, and without its metadata", async () => {
    const { page } = await open(site, { admin: true });
    await openDialog(page);
    await page.getByLabel("Name", { exact: true }).fill("Ada Hegerberg");
    const sideways = await sharp(await photo(4000, 3000))
      .withExif({ IFD0: { Make: "Camera", Orientation: "6" } })
      .withMetadata({ orientation: 6 })
      .jpeg()
      .toBuffer();
    await page.getByLabel("Choose photos").setInputFiles(jpeg(sideways));
    await page.getByText("Ready").waitFor();
    await page.getByRole("button", { name: "Add", exact: true }).click();
    const { body } = await called(site, "POST /people/ada-hegerberg/photos");
    const { width, height, orientation, exif, format } = await sharp(body).metadata();
    assert.deepEqual(
      { width, height, orientation, exif, format },
      { width: 1440, height: 1920, orientation: undefined, exif: undefined, format: "jpeg" },
    );
  });

  const refusals: [Refusal, string][] = [
    [
      { status: 422, code: "no-face", detail: "x" },
      "No face was found in this photo. Choose one in which the face is sharp and looks at the camera.",
    ],
    [
      { status: 422, code: "face-too-small", detail: "x" },
      "The face is too small in this photo. Choose a closer one, or crop it to head and shoulders.",
    ],
    [
      { status: 503, code: "busy", detail: "Too many photos at once. Try again in a second." },
      "Too many photos at once. Try again in a second.",
    ],
  ];
  for (const [refusal, sentence] of refusals) {
    it(`says what to do about a photo that was refused: ${refusal.code}`, async () => {
      site.world.refusals.set("POST /people/ada-hegerberg/photos", refusal);
      const { page } = await open(site, { admin: true });
      await openDialog(page);
      await page.getByLabel("Name", { exact: true }).fill("Ada Hegerberg");
      await page.getByLabel("Choose photos").setInputFiles(jpeg(await photo(300, 400)));
      await page.getByText("Ready").waitFor();
      await page.getByRole("button", { name: "Add", exact: true }).click();
      await page.getByText(sentence).waitFor();

      // The person exists now: another photo is sent for them, without creating them again.
      site.world.refusals.clear();
      await page.getByLabel("Choose photos").setInputFiles(jpeg(await photo(300, 400)));
      await page.getByText("Ready").waitFor();
      await page.getByRole("button", { name: "Send photos" }).click();
      await page.getByRole("dialog").waitFor({ state: "detached" });
      assert.equal(site.calls.filter(({ method, path }) => method === "POST" && path === "/people").length, 1);
    });
  }

  /** Registers Ada with one photo, on a page of its own. */
  const addAda = async (): Promise<Page> => {
    const { page } = await open(site, { admin: true });
    await openDialog(page);
    await page.getByLabel("Name", { exact: true }).fill("Ada Hegerberg");
    await page.getByLabel("Choose photos").setInputFiles(jpeg(await photo(300, 400)));
    await page.getByText("Ready").waitFor();
    await page.getByRole("button", { name: "Add", exact: true }).click();
    return page;
  };

  it("lets the person's face be chosen in a photo with several, by a click", async () => {
    site.world.refusals.set("POST /people/ada-hegerberg/photos", {
      status: 422,
      code: "several-faces",
      detail: "x",
      faces: [
        { left: 0.1, top: 0.2, width: 0.2, height: 0.3 },
        { left: 0.6, top: 0.2, width: 0.2, height: 0.3 },
      ],
    });
    const page = await addAda();
    await page.getByText("There are several faces in this photo. Choose whose it is.").waitFor();
    site.world.refusals.clear();
    await page.getByRole("button", { name: "Face 2 of 2" }).click();
    await page.getByText("Face found").waitFor();
    const sent = site.calls.filter(({ path }) => path.startsWith("/people/ada-hegerberg/photos"));
    assert.equal(sent.at(-1)?.query.get("box"), "0.6000,0.2000,0.2000,0.3000");
    await page.getByRole("button", { name: "Done" }).click();
    await page.getByRole("dialog").waitFor({ state: "detached" });
  });

  it("names the people who are hard to tell apart", async () => {
    site.world.lookAlikes = [{ id: "james-maddison", name: "James Maddison", similarity: 81 }];
    const page = await addAda();
    await page.getByText("Face found. Hard to tell from James Maddison: add more photos of both.").waitFor();
  });

  it("says that a name is taken, and keeps what was entered", async () => {
    site.world.refusals.set("POST /people", {
      status: 409,
      code: "name-taken",
      detail: "Son Heung-min is on the watch list already.",
    });
    const { page } = await open(site, { admin: true });
    await openDialog(page);
    await page.getByLabel("Name", { exact: true }).fill("Son Heung-min");
    await page.getByRole("checkbox", { name: /Well known/ }).check();
    await page.getByRole("button", { name: "Add", exact: true }).click();
    await page.getByRole("alert").getByText("Son Heung-min is on the watch list already.").waitFor();
    assert.equal(await page.getByLabel("Name", { exact: true }).inputValue(), "Son Heung-min");
  });

  it("rejects a file that is not a photo before anything is sent", async () => {
    const { page } = await open(site, { admin: true });
    await openDialog(page);
    await page.getByLabel("Name", { exact: true }).fill("Ada Hegerberg");
    await page
      .getByLabel("Choose photos")
      .setInputFiles({ name: "notes.jpg", mimeType: "image/jpeg", buffer: Buffer.from("not a photo") });
    await page.getByText("“notes.jpg” can't be read as a photo. Choose a JPEG or PNG file.").waitFor();
    assert.ok(await page.getByRole("button", { name: "Add", exact: true }).isDisabled());
  });

  it("registers someone well known without a photo", async () => {
    const { page } = await open(site, { admin: true });
    await openDialog(page);
    await page.getByLabel("Name", { exact: true }).fill("Ada Hegerberg");
    await page.getByRole("checkbox", { name: /Well known/ }).check();
    await page.getByLabel("Name", { exact: true }).press("Enter");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    assert.equal((await called(site, "POST /people")).body.toString(), '{"name":"Ada Hegerberg","celebrity":true}');
  });

  it("removes a person only after asking, and renames in place", async () => {
    site.world.people = [SON, ADA];
    const { page } = await open(site, { admin: true });
    await page.getByRole("button", { name: "Manage" }).click();
    await page.getByRole("textbox", { name: "Name of Son Heung-min" }).fill("Sonny");
    await page.getByRole("textbox", { name: "Name of Son Heung-min" }).press("Enter");
    assert.equal((await called(site, "PATCH /people/son-heung-min")).body.toString(), '{"name":"Sonny"}');

    await page.getByRole("button", { name: "Remove Ada Hegerberg" }).click();
    const confirm = page.getByRole("dialog", { name: "Remove Ada Hegerberg?" });
    await confirm.getByText("This deletes the name and").waitFor();
    await confirm.getByRole("button", { name: "Remove" }).click();
    await called(site, "DELETE /people/ada-hegerberg");
    await page.getByRole("textbox", { name: "Name of Ada Hegerberg" }).waitFor({ state: "detached" });
  });

  it("says what goes with a person before they are removed, and what went after", async () => {
    site.world.people = [
      person("ada", "Ada", { photos: 3, clips: 12 }),
      person("ben", "Ben", { photos: 0, clips: 0 }),
      SON,
    ];
    const { page } = await open(site, { admin: true });
    await page.getByRole("button", { name: "Manage" }).press("Enter");
    await page.getByRole("button", { name: "Remove Ada" }).press("Enter");
    const confirm = page.getByRole("dialog", { name: "Remove Ada?" });
    await confirm
      .getByText(
        "This deletes the name and the face data of 3 photos and 12 moments, in all broadcasts, and also what was " +
          "rejected. It can't be taken back. Recordings stay.",
      )
      .waitFor();
    await confirm.getByRole("button", { name: "Remove" }).press("Enter");
    const list = page.getByRole("dialog", { name: "Watch list" });
    await list
      .getByRole("status")
      .getByText("Ada is removed: 3 photos and 14 moments in 3 broadcasts deleted.")
      .waitFor();
    assert.equal(await list.getByRole("button", { name: "Undo" }).count(), 0);
    assert.notEqual(await focused(page), "BODY");

    await page.getByRole("button", { name: "Remove Ben" }).press("Enter");
    await page
      .getByText("This deletes the name; there are no photos and no moments. It can't be taken back.")
      .waitFor();
  });
});
