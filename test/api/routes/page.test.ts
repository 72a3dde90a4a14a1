import assert from "node:assert/strict";
import { addRecording, broadcast, seen } from "../support/broadcast.ts";
import { asAdmin, startHarness, type Harness } from "../support/harness.ts";

const page = `<!doctype html>
<html lang="en">
  <head>
    <title>Spotlight</title>
    <script type="module" src="/assets/index-3f2a.js"></script>
  </head>
</html>
`;
const pageUrl = "https://match.example";

/** The page as the distribution asks the API for it. */
describe("GET /index.html", () => {
  let harness: Harness;
  const clip = `main.${broadcast}.ada.000000-1000`;
  const rejected = `main.${broadcast}.ada.000001-1000`;
  const hostile = '"><script>alert(1)</script>';

  before(async () => {
    harness = await startHarness();
    harness.aws.on("GET /web-bucket/index.html", { body: page, headers: { "content-type": "text/html" } });
    for (const name of ["Ada", "Grace", hostile]) await harness.catalogue.people.create({ name });
    const other = (await harness.catalogue.people.list()).find(({ name }) => name === hostile);
    await addRecording(harness, 0, { ada: [seen(0, 1000, 3000)], [other!.id]: [seen(0, 4000, 6000)] });
    await addRecording(harness, 1, { ada: [seen(1, 1000, 3000)] });
    await harness.catalogue.clips.change(rejected, { review: "rejected" });
  });
  after(() => harness.stop());

  const get = async (query: string, headers: Record<string, string> = { "x-page-url": pageUrl }) =>
    harness.app.inject({ url: `/api/index.html${query}`, headers });
  /** The tags of an answer, by name. */
  const tagsOf = (body: string): Record<string, string> =>
    Object.fromEntries(
      [...body.matchAll(/<meta (?:property|name)="([^"]*)" content="([^"]*)" \/>/g)].map(([, name, content]) => [
        name ?? "",
        content ?? "",
      ]),
    );

  it("has the tags of a clip: whom it shows and when, its poster and its own address", async () => {
    const answer = await get(`?clip=${clip}&person=grace`);
    const { poster } = (await harness.catalogue.clips.get(clip))!;
    assert.equal(answer.statusCode, 200);
    assert.equal(answer.headers["content-type"], "text/html; charset=utf-8");
    assert.equal(answer.headers["cache-control"], "public, max-age=0, s-maxage=10");
    const title = "Ada, 22 November 2026, 18:00:00 UTC";
    assert.match(poster, /^\/vod\/.*\.jpg$/);
    assert.deepEqual(tagsOf(answer.body), {
      "og:site_name": "Spotlight",
      "og:type": "video.other",
      "og:title": title,
      "og:description": "Watch this moment: 3.0 seconds.",
      "og:url": `${pageUrl}/?clip=${clip}`,
      "og:image": `${pageUrl}${poster}`,
      "og:image:alt": title,
      "twitter:card": "summary_large_image",
    });
    assert.match(answer.body, new RegExp(`<title>${title} · Spotlight</title>`));
    assert.ok(answer.body.includes(`<link rel="canonical" href="${pageUrl}/?clip=${clip}" />`));
  });

  it("is otherwise the page as it was built", async () => {
    const { body } = await get(`?clip=${clip}`);
    const [before, after] = page.split("<title>Spotlight</title>");
    assert.ok(body.startsWith(before!) && body.endsWith(after!), body);
  });

  it("has the tags of people: their names and the poster of their newest moment that was not rejected", async () => {
    const { poster } = (await harness.catalogue.clips.get(clip))!;
    const one = tagsOf((await get("?person=ada")).body);
    assert.deepEqual(
      [one["og:title"], one["og:url"], one["og:image"], one["twitter:card"]],
      ["Moments of Ada", `${pageUrl}/?person=ada`, `${pageUrl}${poster}`, "summary_large_image"],
    );
    const two = tagsOf((await get("?person=grace,nobody,ada,grace")).body);
    assert.deepEqual(
      [two["og:title"], two["og:url"]],
      ["Moments of Grace and Ada", `${pageUrl}/?person=grace&#38;person=ada`],
    );
  });

  it("has the tags of a broadcast: channel, day and picture, and of people's moments in it", async () => {
    const { poster } = (await harness.catalogue.broadcasts.get(`main.${broadcast}`))!;
    const alone = tagsOf((await get(`?broadcast=${broadcast}`)).body);
    assert.deepEqual(
      [alone["og:title"], alone["og:url"], alone["og:image"], alone["og:description"]],
      [
        "Main, 22 November 2026",
        `${pageUrl}/?broadcast=${broadcast}`,
        `${pageUrl}${poster}`,
        "Watch every moment of this broadcast.",
      ],
    );
    const channel = tagsOf((await get(`?channel=main&broadcast=${broadcast}&play=all`)).body);
    assert.equal(channel["og:url"], `${pageUrl}/?channel=main&#38;broadcast=${broadcast}`);
    const inIt = tagsOf((await get(`?broadcast=${broadcast}&person=ada`)).body);
    assert.deepEqual(
      [inIt["og:title"], inIt["og:url"], inIt["og:image"]],
      [
        "Moments of Ada, 22 November 2026",
        `${pageUrl}/?broadcast=${broadcast}&#38;person=ada`,
        `${pageUrl}${(await harness.catalogue.clips.get(clip))!.poster}`,
      ],
    );
    const inAnother = tagsOf((await get("?broadcast=20261121T180000&person=ada")).body);
    assert.equal(inAnother["og:image"], undefined);
    // What names no broadcast says nothing.
    const one = await get("?person=ada");
    for (const query of ["?person=ada&broadcast=x", "?person=ada&channel=main", `?person=ada&channel=${hostile}`])
      assert.equal((await get(query.replaceAll("<", "%3C"))).body, one.body, query);
  });

  it("has a small card without a picture for people without moments", async () => {
    const tags = tagsOf((await get("?person=grace")).body);
    assert.deepEqual(
      [tags["og:title"], tags["og:image"], tags["twitter:card"]],
      ["Moments of Grace", undefined, "summary"],
    );
  });

  it("escapes names", async () => {
    const other = (await harness.catalogue.people.list()).find(({ name }) => name === hostile)!;
    const [moment] = (await harness.catalogue.clips.list({ person: [other.id], limit: 1 })).items;
    for (const query of [`?person=${other.id}`, `?clip=${moment!.id}`]) {
      const { body } = await get(query);
      assert.equal(body.match(/<script/g)?.length, 1, body);
      assert.ok(tagsOf(body)["og:title"]!.includes("&#34;&#62;&#60;script&#62;alert(1)&#60;/script&#62;"), body);
      assert.ok(!body.includes("alert(1)</"), body);
    }
  });

  it("is the plain page for whatever viewers don't get", async () => {
    for (const query of [
      "?clip=nothing",
      `?clip=${rejected}`,
      `?clip=main.${broadcast}.nobody.000000-1000&person=ada`,
      "?person=nobody",
      `?person=${"x".repeat(300)}`,
      `?clip=${encodeURIComponent(hostile)}`,
      "?person=",
      "?broadcast=20261121T180000",
      "?broadcast=nonsense",
      `?channel=other&broadcast=${broadcast}`,
      `?channel=${"x".repeat(3000)}&broadcast=${broadcast}`,
      "?channel=main",
      "",
    ]) {
      const answer = await get(query);
      assert.deepEqual([answer.statusCode, answer.body], [200, page], query);
    }
    // Editors too: what the distribution shares says nothing that only they may know.
    const answer = await get(`?clip=${rejected}`, { "x-page-url": pageUrl, ...asAdmin });
    assert.equal(answer.body, page);
  });

  it("is the same for crawlers and browsers", async () => {
    const agents = ["facebookexternalhit/1.1", "Twitterbot/1.0", "Mozilla/5.0 (X11; Linux x86_64) Chrome/153.0"];
    const bodies = await Promise.all(
      agents.map(async (agent) => (await get(`?clip=${clip}`, { "x-page-url": pageUrl, "user-agent": agent })).body),
    );
    assert.equal(new Set(bodies).size, 1);
  });

  it("exists only for the distribution, which alone knows the page's address", async () => {
    for (const headers of [{}, { "x-page-url": 'https://x"><script>' }, { "x-page-url": "javascript:alert(1)" }]) {
      const answer = await get(`?clip=${clip}`, headers as Record<string, string>);
      assert.deepEqual([answer.statusCode, answer.json<{ code: string }>().code], [404, "route-not-found"]);
    }
    for (const url of ["http://127.0.0.1:8080", "http://[::1]:8080", "https://d111111abcdef8.cloudfront.net"])
      assert.equal(tagsOf((await get(`?clip=${clip}`, { "x-page-url": url })).body)["og:url"], `${url}/?clip=${clip}`);
  });

  it("fails when the page can't be read, so that the distribution asks the bucket", async () => {
    harness.aws.on("GET /web-bucket/index.html", { status: 500, body: "" });
    assert.equal((await get(`?clip=${clip}`)).statusCode, 500);
    harness.aws.on("GET /web-bucket/index.html", { body: "<!doctype html>no title" });
    assert.equal((await get(`?clip=${clip}`)).statusCode, 500);
  });
});
