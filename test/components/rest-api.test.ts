import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import { RestApi } from "../../components/rest-api.ts";
import { WorkQueue } from "../../components/work-queue.ts";
import { account, deploy, functionDefaults, statements, valueOf, type Deployment, type Inputs } from "./mocks.ts";
import { channelsJson, makeParts } from "./pipeline-parts.ts";

const arn = (service: string, name: string): string => `arn:aws:${service}:us-east-1:${account}:${name}`;

describe("RestApi", () => {
  let stack: Deployment<RestApi>;

  before(async () => {
    stack = await deploy(() => {
      const { catalogue, archive, vod, web, recognition, channels, exports, webhooks } = makeParts();
      const work = new WorkQueue("convert", { consumerTimeoutSeconds: 60 });
      return new RestApi("api", {
        catalogue,
        archive,
        vod,
        web,
        recognition,
        work,
        searches: new WorkQueue("searches", { consumerTimeoutSeconds: 120 }),
        searchOnRegistration: false,
        accountId: account,
        region: "us-east-1",
        channels,
        exports,
        webhooks,
        functions: functionDefaults,
      });
    });
  });

  it("hands every request of the one stage to one function", async () => {
    assert.deepEqual(stack.one("aws:apigatewayv2/api:Api").inputs, { protocolType: "HTTP", description: "Spotlight" });
    assert.deepEqual(
      stack.all("aws:apigatewayv2/route:Route").map(({ inputs }) => inputs),
      ["$default", "GET /{proxy+}", "HEAD /{proxy+}"].map((routeKey) => ({
        apiId: "api-id",
        routeKey,
        target: "integrations/api-id",
      })),
    );
    const integration = stack.one("aws:apigatewayv2/integration:Integration").inputs;
    assert.equal(integration["integrationType"], "AWS_PROXY");
    assert.equal(integration["payloadFormatVersion"], "2.0");
    const stage = stack.one("aws:apigatewayv2/stage:Stage").inputs;
    assert.deepEqual([stage["apiId"], stage["name"], stage["autoDeploy"]], ["api-id", "api", true]);
    const { destinationArn, format } = stage["accessLogSettings"] as Inputs;
    assert.equal(destinationArn, arn("cloudwatch", "api-access"));
    assert.equal((JSON.parse(String(format)) as Inputs)["status"], "$context.status");
    assert.deepEqual(
      stack.all("aws:lambda/permission:Permission").map(({ inputs }) => inputs),
      ["$default", "GET/{proxy+}", "HEAD/{proxy+}"].map((source) => ({
        action: "lambda:InvokeFunction",
        function: "api",
        principal: "apigateway.amazonaws.com",
        sourceArn: `arn:aws:execute-api:us-east-1:${account}:a1b2c3/api/${source}`,
      })),
    );
  });

  it("limits reads apart from everything else, so a crowd of viewers leaves room for editors", () => {
    const { routeSettings, defaultRouteSettings } = stack.one("aws:apigatewayv2/stage:Stage").inputs;
    const reads = { throttlingRateLimit: 100, throttlingBurstLimit: 200 };
    assert.deepEqual(routeSettings, [
      { routeKey: "GET /{proxy+}", ...reads },
      { routeKey: "HEAD /{proxy+}", ...reads },
    ]);
    assert.deepEqual(defaultRouteSettings, { throttlingRateLimit: 50, throttlingBurstLimit: 100 });
  });

  it("passes the function the hashes of its secrets, never the secrets", async () => {
    const { adminToken, originSecret } = stack.result;
    const [token, secret] = [await valueOf(adminToken), await valueOf(originSecret)];
    assert.deepEqual([token.length, secret.length, token === secret], [40, 40, false]);
    assert.deepEqual([await pulumi.isSecret(adminToken), await pulumi.isSecret(originSecret)], [true, true]);
    const variables = (stack.one("aws:lambda/function:Function").inputs["environment"] as Inputs)["variables"];
    assert.deepEqual(variables, {
      CATALOGUE_TABLE: "catalogue",
      VOD_BUCKET: "vod",
      WEB_BUCKET: "web",
      COLLECTION_ID: "spotlight-test-faces",
      CONVERT_QUEUE_URL: `https://sqs.us-east-1.amazonaws.com/${account}/convert`,
      SEARCHES_QUEUE_URL: `https://sqs.us-east-1.amazonaws.com/${account}/searches`,
      SEARCH_ON_REGISTRATION: "false",
      ADMIN_TOKEN_SHA256: createHash("sha256").update(token).digest("hex"),
      ORIGIN_SECRET_SHA256: createHash("sha256").update(secret).digest("hex"),
      CHANNELS: channelsJson,
      EXPORT_QUEUE_ARN: arn("mediaconvert", "exports"),
      EXPORT_ROLE_ARN: arn("iam", "exports-converter"),
      WEBHOOK_QUEUE_URL: "https://sqs/webhooks",
      LOCAL_WEBHOOKS: "false",
    });
    assert.deepEqual(
      [token, secret].map((text) => JSON.stringify(variables).includes(text)),
      [false, false],
    );
  });

  it("may do what its calls need, on this stack's own resources", () => {
    const grants = statements(stack.one("aws:iam/rolePolicy:RolePolicy", "api").inputs["policy"]).filter(
      ({ Sid }) => !["WriteOwnLog", "SendTraces", "Catalogue", "CatalogueIndexes"].includes(Sid ?? ""),
    );
    assert.deepEqual(grants, [
      {
        Sid: "SendWork",
        Effect: "Allow",
        Action: "sqs:SendMessage",
        Resource: [arn("sqs", "convert"), arn("sqs", "searches")],
      },
      { Sid: "Export", Effect: "Allow", Action: "mediaconvert:CreateJob", Resource: arn("mediaconvert", "exports") },
      {
        Sid: "AskForExports",
        Effect: "Allow",
        Action: "mediaconvert:GetJob",
        Resource: arn("mediaconvert", "exports"),
      },
      {
        Sid: "PassRole",
        Effect: "Allow",
        Action: "iam:PassRole",
        Resource: arn("iam", "exports-converter"),
        Condition: { StringEquals: { "iam:PassedToService": "mediaconvert.amazonaws.com" } },
      },
      { Sid: "SendToWebhooks", Effect: "Allow", Action: "sqs:SendMessage", Resource: "arn:aws:sqs:::webhooks" },
      { Sid: "ReadVod", Effect: "Allow", Action: "s3:GetObject", Resource: "arn:aws:s3:::vod/vod/*" },
      {
        Sid: "DeleteRecordings",
        Effect: "Allow",
        Action: "s3:DeleteObject",
        Resource: ["arn:aws:s3:::vod/vod/*", "arn:aws:s3:::archive/*"],
      },
      { Sid: "ReadPage", Effect: "Allow", Action: "s3:GetObject", Resource: "arn:aws:s3:::web/index.html" },
      { Sid: "LearnOfMissingKeys", Effect: "Allow", Action: "s3:ListBucket", Resource: "arn:aws:s3:::vod" },
      {
        Sid: "Faces",
        Effect: "Allow",
        Action: ["rekognition:IndexFaces", "rekognition:SearchFaces", "rekognition:DeleteFaces"],
        Resource: arn("rekognition", "faces"),
      },
      {
        Sid: "LookAtPhotos",
        Effect: "Allow",
        Action: ["rekognition:DetectFaces", "rekognition:GetFaceSearch"],
        Resource: "*",
      },
      {
        Sid: "Channels",
        Effect: "Allow",
        Action: ["medialive:DescribeChannel", "medialive:StartChannel", "medialive:StopChannel"],
        Resource: [arn("medialive", "channel-main")],
      },
      {
        Sid: "IngestAddresses",
        Effect: "Allow",
        Action: "medialive:DescribeInput",
        Resource: [arn("medialive", "channel-main")],
      },
      { Sid: "Alerts", Effect: "Allow", Action: "medialive:ListAlerts", Resource: "*" },
    ]);
  });
});
