import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createPost } from "../../../pipeline/webhooks/post.ts";

describe("posting to a webhook", () => {
  let server: Server;
  let port: number;
  let seen: { url: string | undefined; headers: IncomingHttpHeaders; body: string }[];
  before(async () => {
    server = createServer((request, response) => {
      let body = "";
      request.on("data", (bytes: Buffer) => (body += bytes.toString()));
      request.on("end", () => {
        seen.push({ url: request.url, headers: request.headers, body });
        if (request.url === "/slow") return;
        response.writeHead(request.url === "/moved" ? 302 : 204, { location: "/elsewhere" }).end();
      });
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    port = (server.address() as AddressInfo).port;
  });
  after(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, "close");
  });
  beforeEach(() => (seen = []));

  const local = createPost({ allowLoopback: true, timeoutMs: 200 });

  it("sends the body with its headers, and tells the status", async () => {
    const body = '{"type":"clip.ready"} é';
    assert.deepEqual(await local(`http://127.0.0.1:${port}/hook?a=1`, body, { "webhook-id": "1" }), { status: 204 });
    const [{ url, headers, body: got } = seen[0]!] = seen;
    assert.deepEqual(
      [url, got, headers["webhook-id"], headers["content-type"]],
      ["/hook?a=1", body, "1", "application/json"],
    );
  });

  it("follows no redirect", async () => {
    assert.deepEqual(await local(`http://127.0.0.1:${port}/moved`, "{}", {}), { status: 302 });
    assert.equal(seen.length, 1);
  });

  it("waits no longer than it may, and tells why there was no answer", async () => {
    assert.deepEqual(await local(`http://127.0.0.1:${port}/slow`, "{}", {}), { error: "No answer within 0.2 seconds" });
    const result = await local("http://127.0.0.1:1/", "{}", {});
    assert.ok("error" in result);
    assert.match(result.error, /ECONNREFUSED/);
  });

  it("connects to no address that is not public, whatever the name says", async () => {
    const resolving = (...addresses: string[]) =>
      createPost({
        allowLoopback: false,
        resolve: (_name, callback) =>
          callback(
            null,
            addresses.map((address) => ({ address, family: address.includes(":") ? 6 : 4 })),
          ),
      });
    for (const address of ["127.0.0.1", "10.0.0.1", "169.254.169.254", "::1", "::ffff:127.0.0.1", "fd00::1"])
      assert.deepEqual(await resolving("8.8.8.8", address)(`https://rebound.example:${port}/`, "{}", {}), {
        error: `rebound.example has the address ${address}, which is not public`,
      });
    assert.deepEqual(await resolving()(`https://nowhere.example/`, "{}", {}), {
      error: "nowhere.example has no address",
    });
    assert.deepEqual(await createPost({ allowLoopback: false })(`https://127.0.0.1:${port}/`, "{}", {}), {
      error: "Nothing was sent: the address 127.0.0.1 is not public",
    });
    assert.deepEqual(seen, []);
  });
});
