import assert from "node:assert/strict";
import { hostname } from "node:os";
import { misdirected, namesThisMachine } from "../../../../local/aws/cloudfront/viewer-host.ts";

describe("the Host header of a viewer", () => {
  it("names this machine by an address, as localhost, by its own name or one that was given", () => {
    for (const header of [
      undefined,
      "127.0.0.1:8080",
      "192.168.1.20",
      "[::1]:8080",
      "localhost",
      "LOCALHOST:8080",
      "spotlight.localhost:8080",
      `${hostname()}:8080`,
      `${hostname()}.local`,
      "match.example.com",
      "match.example.com.:443",
    ])
      assert.equal(namesThisMachine(header, ["match.example.com"]), true, header);
  });

  it("is refused with any other name, which may be someone else's that leads here", () => {
    for (const header of ["evil.example:8080", "127.0.0.1.evil.example", "localhost.evil.example", "[evil]", ""])
      assert.equal(namesThisMachine(header, ["match.example.com"]), false, header);
    assert.equal(
      misdirected("<b>evil"),
      "This Spotlight doesn't answer to the name ?b?evil.\n" +
        "Use its address. If the name is meant for it, start it with --name and that name.\n",
    );
  });
});
