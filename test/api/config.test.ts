import assert from "node:assert/strict";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { createAdminToken } from "../../api/admin-token.ts";
import { distributionOnly } from "../../api/distribution-only.ts";
import { readConfig } from "../../api/config.ts";
import { createCatalogue } from "../../catalogue/index.ts";

const environment = {
  CATALOGUE_TABLE: "catalogue",
  VOD_BUCKET: "vod",
  WEB_BUCKET: "web",
  COLLECTION_ID: "people",
  CONVERT_QUEUE_URL: "https://sqs/convert",
  SEARCHES_QUEUE_URL: "https://sqs/searches",
  SEARCH_ON_REGISTRATION: "true",
  WEBHOOK_QUEUE_URL: "https://sqs/webhooks",
  LOCAL_WEBHOOKS: "false",
  ADMIN_TOKEN_SHA256: "0".repeat(64),
  ORIGIN_SECRET_SHA256: "1".repeat(64),
  EXPORT_QUEUE_ARN: "arn:queue",
  EXPORT_ROLE_ARN: "arn:role",
  CHANNELS:
    '[{"id":"main","name":"Main","channelId":"1","inputId":"2",' +
    '"playback":{"lowLatencyHls":"/l.m3u8","hls":"/a.m3u8","dash":"/a.mpd","startoverSeconds":3600}}]',
};

describe("the API's configuration", () => {
  it("is read from the function's environment", () => {
    assert.deepEqual(readConfig(environment), {
      table: "catalogue",
      vodBucket: "vod",
      webBucket: "web",
      collection: "people",
      queueUrl: "https://sqs/convert",
      searchQueueUrl: "https://sqs/searches",
      searchOnRegistration: true,
      demoFunction: undefined,
      webhookQueueUrl: "https://sqs/webhooks",
      localWebhooks: false,
      adminTokenSha256: "0".repeat(64),
      originSecretSha256: "1".repeat(64),
      exports: { queueArn: "arn:queue", roleArn: "arn:role" },
      channels: [
        {
          id: "main",
          name: "Main",
          channelId: "1",
          inputId: "2",
          playback: { lowLatencyHls: "/l.m3u8", hls: "/a.m3u8", dash: "/a.mpd", startoverSeconds: 3600 },
        },
      ],
    });
  });

  it("names the variable that is missing or wrong", () => {
    for (const name of Object.keys(environment))
      assert.throws(() => readConfig({ ...environment, [name]: "" }), new RegExp(`${name} is missing`));
    for (const channels of ["main", "{}", '[{"id":"main"}]'])
      assert.throws(() => readConfig({ ...environment, CHANNELS: channels }), /CHANNELS must be JSON like/);
    const { adminTokens: tokens } = createCatalogue({
      client: DynamoDBDocumentClient.from(new DynamoDBClient()),
      table: "t",
    });
    assert.throws(
      () => createAdminToken({ seedSha256: "open-sesame", tokens, now: Date.now }),
      /ADMIN_TOKEN_SHA256 must be a SHA-256/,
    );
    assert.throws(() => distributionOnly("open-sesame"), /ORIGIN_SECRET_SHA256 must be a SHA-256/);
  });
});
