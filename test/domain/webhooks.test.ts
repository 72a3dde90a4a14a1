import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { signWebhook } from "../../domain/webhook-signature.ts";
import { unsuitableUrl, webhookBody, webhookPausesSeconds } from "../../domain/webhooks.ts";

describe("a webhook's URL", () => {
  it("is https and leads to no address that is not public", () => {
    const said = (url: string): string | undefined => unsuitableUrl(url, false);
    assert.equal(said("https://example.com:8443/hook?key=1"), undefined);
    assert.equal(said("https://8.8.8.8/"), undefined);
    assert.equal(said("example.com"), "it is not a URL");
    for (const url of ["http://example.com/", "ftp://example.com/", "http://127.0.0.1/", "file:///etc/passwd"])
      assert.equal(said(url), "it must begin with https://", url);
    assert.equal(said("https://me:secret@example.com/"), "it must not have a user name or password");
    // However an address is written, a URL has its usual form.
    for (const host of ["127.0.0.1", "127.1", "0x7f000001", "2130706433", "0177.0.0.1"])
      assert.equal(said(`https://${host}/`), "the address 127.0.0.1 is not public", host);
    assert.equal(said("https://169.254.169.254/latest"), "the address 169.254.169.254 is not public");
    assert.equal(said("https://[::ffff:10.0.0.1]/"), "the address ::ffff:a00:1 is not public");
  });

  it("may be this machine's where that is allowed, and nobody else's", () => {
    for (const url of ["http://127.0.0.1:8080/", "http://localhost/", "http://[::1]/", "https://127.0.0.1/"])
      assert.equal(unsuitableUrl(url, true), undefined, url);
    assert.equal(unsuitableUrl("http://example.com/", true), "it must begin with https://");
    assert.equal(unsuitableUrl("https://10.0.0.1/", true), "the address 10.0.0.1 is not public");
  });
});

describe("what a webhook gets", () => {
  it("is signed as Standard Webhooks define", () => {
    // The example of https://github.com/standard-webhooks/standard-webhooks: one of its reference libraries' tests.
    const headers = signWebhook("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", {
      id: "msg_p5jXN8AQM9LWM0D4loKWxJek",
      atMs: 1_614_265_330_999,
      body: '{"test": 2432232314}',
    });
    assert.deepEqual(headers, {
      "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
      "webhook-timestamp": "1614265330",
      "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    });
    const key = Buffer.from("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "base64");
    const content = 'msg_p5jXN8AQM9LWM0D4loKWxJek.1614265330.{"test": 2432232314}';
    assert.equal(headers["webhook-signature"], `v1,${createHmac("sha256", key).update(content).digest("base64")}`);
  });

  it("has type, timestamp and data", () => {
    assert.equal(
      webhookBody("clip.ready", "2026-11-22T18:05:00.000Z", { clip: "c" }),
      '{"type":"clip.ready","timestamp":"2026-11-22T18:05:00.000Z","data":{"clip":"c"}}',
    );
  });

  it("comes again for about a day, in pauses that SQS can make", () => {
    const hours = webhookPausesSeconds.reduce<number>((sum, seconds) => sum + seconds, 0) / 3600;
    assert.ok(hours > 20 && hours < 28);
    assert.ok(webhookPausesSeconds.every((seconds) => seconds <= 43_000));
  });
});
