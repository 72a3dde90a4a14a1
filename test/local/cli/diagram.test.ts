import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { XMLParser } from "fast-xml-parser";
import { boxesOf, type Boxes } from "../../../local/cli/diagram/boxes.ts";
import { drawDiagram } from "../../../local/cli/diagram/diagram.ts";
import { flowsOf, type Flow } from "../../../local/cli/diagram/flows.ts";
import { layOut, type PlacedBox, type PlacedFlow } from "../../../local/cli/diagram/layout.ts";
import { programGraph, type ProgramResource } from "../../../local/cli/diagram/program-graph.ts";

const root = join(import.meta.dirname, "../../..");

describe("the architecture diagram", function () {
  this.timeout(60_000);
  let resources: ProgramResource[];
  let boxes: Boxes;
  let flows: Flow[];

  before(async () => {
    resources = await programGraph(root, "dev", ['ingestCidrs=["203.0.113.7/32"]']);
    boxes = boxesOf(resources);
    flows = flowsOf(resources, boxes);
  });

  it("matches the program", () => {
    assert.ok(
      drawDiagram(resources) === readFileSync(join(root, "docs", "architecture.svg"), "utf8"),
      "docs/architecture.svg is out of date: run npm run diagram.",
    );
  });

  it("does not depend on the order of registrations", async () => {
    const again = await programGraph(root, "dev", ['ingestCidrs=["203.0.113.7/32"]']);
    assert.equal(drawDiagram(again), drawDiagram(resources));
  });

  it("contains every resource in exactly one box", () => {
    const counted = boxes.all.reduce((sum, box) => sum + box.resources, 0);
    assert.equal(counted, resources.filter(({ type }) => type !== "aws:s3/bucketObjectv2:BucketObjectv2").length);
    assert.ok(boxes.all.length <= 25, "too many boxes to read");
  });

  it("shows the path from the live channel to the clips, read from triggers and grants", () => {
    const next = (from: string): string[] =>
      flows.filter((flow) => flow.from === from).map(({ to, label }) => `${label}: ${to}`);
    assert.deepEqual(next("medialive").sort(), [
      "recordings: bucket archive",
      "renditions: mediapackage",
      "state: function channel-changed",
    ]);
    assert.deepEqual(next("bucket archive"), ["new object: function clips-recording-archived"]);
    assert.deepEqual(next("function clips-recording-archived"), ["SQS queue: function clips-convert-recording"]);
    assert.deepEqual(next("function clips-convert-recording"), ["job: mediaconvert"]);
    assert.deepEqual(next("mediaconvert").sort(), [
      "HLS, MP4, posters: bucket vod",
      "job done: function clips-find-people",
    ]);
    assert.deepEqual(next("function clips-find-people"), ["face search: rekognition"]);
    assert.deepEqual(next("rekognition"), ["found (SNS): function clips-index-clips"]);
    assert.deepEqual(
      flows
        .filter(({ to }) => to === "delivery")
        .map(({ from }) => from)
        .sort(),
      ["bucket vod", "bucket web", "function api", "function stream-connection", "mediapackage"],
    );
  });

  it("drops a flow if its grant or trigger is removed", () => {
    const without = resources.filter(({ type }) => type !== "aws:sns/topicSubscription:TopicSubscription");
    assert.equal(
      flowsOf(without, boxesOf(without)).some(({ from }) => from === "rekognition"),
      false,
    );
  });

  it("labels every flow, and nothing overlaps", () => {
    const picture = layOut(boxes.all, flows);
    const { svg } = new XMLParser().parse(drawDiagram(resources)) as { svg: { text: string[]; desc: string } };
    assert.deepEqual(svg.text, ["RTMP", ...flows.map(({ label }) => label), "HTTPS"]);
    assert.match(svg.desc, /^OBS to Live channel: RTMP\. .* Delivery to Viewers: HTTPS\.$/);
    const all = [...picture.boxes, ...picture.bars];
    const apart = (a: PlacedBox, b: PlacedBox): boolean =>
      a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y;
    all.forEach((a, at) => all.slice(at + 1).forEach((b) => assert.ok(apart(a, b), `${a.id} and ${b.id}`)));
    for (const flow of picture.flows)
      for (const box of all) assert.ok(!crosses(flow, box), `${flow.label} crosses ${box.id}`);
  });

  it("places a part without a fixed position", () => {
    const lone = {
      id: "function new",
      title: "new",
      service: "Lambda",
      lines: [],
      component: "New",
      resources: 1,
      catalogue: false,
    };
    const picture = layOut([...boxes.all, lone], [...flows, { from: "function api", to: lone.id, label: "x" }]);
    const placed = picture.boxes.find(({ id }) => id === lone.id);
    assert.ok(
      placed !== undefined &&
        placed.y > Math.max(...picture.boxes.filter(({ id }) => id !== lone.id).map(({ y }) => y)),
    );
  });
});

/** Whether a segment of the line crosses the inside of the box. */
function crosses({ points }: PlacedFlow, box: PlacedBox): boolean {
  return points.slice(1).some((end, at) => {
    const start = points[at]!;
    const inside = (low: number, high: number, from: number, to: number): boolean =>
      Math.max(from, to) > low && Math.min(from, to) < high;
    return (
      inside(box.x + 1, box.x + box.width - 1, start.x, end.x) &&
      inside(box.y + 1, box.y + box.height - 1, start.y, end.y)
    );
  });
}
