import assert from "node:assert/strict";
import {
  CreateCollectionCommand,
  DeleteCollectionCommand,
  DeleteFacesCommand,
  DescribeCollectionCommand,
  DetectFacesCommand,
  IndexFacesCommand,
  ListCollectionsCommand,
  ListFacesCommand,
  SearchFacesCommand,
  SearchFacesByImageCommand,
  type IndexFacesCommandOutput,
} from "@aws-sdk/client-rekognition";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import { photo } from "../../vision/footage.ts";
import { bucket, collection, startService, type RunningService } from "./service.ts";

describe("Rekognition's image operations", function () {
  this.timeout(60_000);
  let service: RunningService;
  let franck: Buffer;
  let franckLater: Buffer;
  let otherMan: Buffer;
  let both: Buffer;
  let nobody: Buffer;

  before(async () => {
    [service, franck, franckLater, otherMan] = await Promise.all([
      startService(),
      photo("franck", 60),
      photo("franck", 150),
      photo("otherMan", 20),
    ]);
    nobody = await sharp({ create: { width: 400, height: 300, channels: 3, background: "#456" } })
      .png()
      .toBuffer();
    const smaller = await sharp(otherMan).resize({ width: 200 }).toBuffer();
    both = await sharp({ create: { width: 600, height: 300, channels: 3, background: "black" } })
      .composite([
        { input: franck, left: 0, top: 0 },
        { input: smaller, left: 380, top: 50 },
      ])
      .jpeg()
      .toBuffer();
  });
  after(() => service.stop());

  const index = (Bytes: Uint8Array, more: object = {}, CollectionId = collection): Promise<IndexFacesCommandOutput> =>
    service.client.send(new IndexFacesCommand({ CollectionId, Image: { Bytes }, ...more }));

  describe("DetectFaces", () => {
    it("returns box, landmarks, roll, quality and confidence of each face, largest first", async () => {
      const { FaceDetails = [] } = await service.client.send(new DetectFacesCommand({ Image: { Bytes: both } }));
      assert.equal(FaceDetails.length, 2);
      const [large, small] = FaceDetails;
      assert.ok(large!.BoundingBox!.Width! > small!.BoundingBox!.Width!);
      assert.ok(large!.BoundingBox!.Left! < 0.5 && small!.BoundingBox!.Left! > 0.6);
      assert.deepEqual(Object.keys(large!).sort(), ["BoundingBox", "Confidence", "Landmarks", "Pose", "Quality"]);
      assert.deepEqual(large!.Landmarks!.map(({ Type }) => Type).sort(), [
        "eyeLeft",
        "eyeRight",
        "mouthLeft",
        "mouthRight",
        "nose",
      ]);
      for (const { X, Y } of large!.Landmarks!) assert.ok(X! > 0 && X! < 0.6 && Y! > 0 && Y! < 1);
      assert.ok(large!.Confidence! > 95 && large!.Confidence! <= 100);
      assert.ok(large!.Quality!.Brightness! > 20 && large!.Quality!.Brightness! < 80 && large!.Quality!.Sharpness! > 5);
      assert.deepEqual(Object.keys(large!.Pose!), ["Roll", "Yaw"]);
      assert.ok(Math.abs(large!.Pose!.Yaw!) < 45);
    });

    it("finds nothing in a picture without faces", async () => {
      assert.deepEqual(
        (await service.client.send(new DetectFacesCommand({ Image: { Bytes: nobody } }))).FaceDetails,
        [],
      );
    });

    it("reads an image from a bucket with the caller's permissions", async () => {
      const file = join(service.folder, "franck.jpg");
      await writeFile(file, franck);
      const Image = { S3Object: { Bucket: bucket, Name: await service.upload(file) } };
      assert.equal((await service.client.send(new DetectFacesCommand({ Image }))).FaceDetails?.length, 1);
      const blind = await service.clientOf([{ Effect: "Allow", Action: "rekognition:*", Resource: "*" }]);
      await assert.rejects(blind.send(new DetectFacesCommand({ Image })), {
        name: "InvalidS3ObjectException",
        message: /^Unable to get object metadata from S3\. Check object key, region and\/or access permissions\./,
      });
    });

    it("reports what is wrong with an image", async () => {
      const detect = (Image: object) => service.client.send(new DetectFacesCommand({ Image }));
      await assert.rejects(detect({ Bytes: Buffer.from("no picture") }), { name: "InvalidImageFormatException" });
      await assert.rejects(detect({ Bytes: franck.subarray(0, 3000) }), { name: "InvalidImageFormatException" });
      await assert.rejects(detect({ Bytes: Buffer.alloc(5 * 1024 * 1024 + 1) }), { name: "ImageTooLargeException" });
      await assert.rejects(detect({ Bytes: await sharp(franck).resize(79, 79).jpeg().toBuffer() }), {
        name: "InvalidParameterException",
      });
      await assert.rejects(detect({ S3Object: { Bucket: bucket, Name: "missing.jpg" } }), {
        name: "InvalidS3ObjectException",
      });
      await assert.rejects(detect({}), { name: "ValidationException" });
    });
  });

  describe("collections", () => {
    it("are described, listed in pages, and deleted with their faces", async () => {
      const CollectionId = "another-one";
      const created = await service.client.send(new CreateCollectionCommand({ CollectionId }));
      assert.equal(created.CollectionArn, "arn:aws:rekognition:us-east-1:000000000000:collection/another-one");
      await assert.rejects(service.client.send(new CreateCollectionCommand({ CollectionId })), {
        name: "ResourceAlreadyExistsException",
      });
      await index(franck, {}, CollectionId);
      const described = await service.client.send(new DescribeCollectionCommand({ CollectionId }));
      assert.equal(described.FaceCount, 1);
      assert.equal(described.CollectionARN, created.CollectionArn);
      assert.ok(Math.abs(described.CreationTimestamp!.getTime() - Date.now()) < 60_000);

      const first = await service.client.send(new ListCollectionsCommand({ MaxResults: 1 }));
      const second = await service.client.send(
        new ListCollectionsCommand({ MaxResults: 1, NextToken: first.NextToken }),
      );
      assert.deepEqual(
        [first.CollectionIds, second.CollectionIds, second.NextToken],
        [[CollectionId], [collection], undefined],
      );

      await service.client.send(new DeleteCollectionCommand({ CollectionId }));
      await assert.rejects(service.client.send(new DescribeCollectionCommand({ CollectionId })), {
        name: "ResourceNotFoundException",
        message: "The collection id: another-one does not exist",
      });
      await service.client.send(new CreateCollectionCommand({ CollectionId }));
      assert.equal((await service.client.send(new DescribeCollectionCommand({ CollectionId }))).FaceCount, 0);
      await service.client.send(new DeleteCollectionCommand({ CollectionId }));
    });

    it("store a face once with its external id, and delete it", async () => {
      const { FaceRecords = [], UnindexedFaces, FaceModelVersion } = await index(franck, { ExternalImageId: "franck" });
      assert.equal(FaceRecords.length, 1);
      assert.deepEqual(UnindexedFaces, []);
      assert.match(FaceModelVersion!, /^[0-9.]+$/);
      const face = FaceRecords[0]!.Face!;
      assert.equal(face.ExternalImageId, "franck");
      assert.match(face.FaceId!, /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/);
      assert.match(face.ImageId!, /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/);
      assert.deepEqual(FaceRecords[0]!.FaceDetail!.BoundingBox, face.BoundingBox);

      const again = await index(franck, { ExternalImageId: "franck" });
      assert.equal(again.FaceRecords![0]!.Face!.FaceId, face.FaceId);
      const elsewhere = await index(franck, { ExternalImageId: "somebody-else" });
      assert.notEqual(elsewhere.FaceRecords![0]!.Face!.FaceId, face.FaceId);
      assert.equal(elsewhere.FaceRecords![0]!.Face!.ImageId, face.ImageId);

      const { Faces = [] } = await service.client.send(new ListFacesCommand({ CollectionId: collection }));
      assert.deepEqual(Faces.map(({ ExternalImageId }) => ExternalImageId).sort(), ["franck", "somebody-else"]);
      const gone = await service.client.send(
        new DeleteFacesCommand({
          CollectionId: collection,
          FaceIds: [...Faces.map(({ FaceId }) => FaceId!), "11111111-2222-3333-4444-555555555555"],
        }),
      );
      assert.deepEqual(gone.DeletedFaces?.sort(), Faces.map(({ FaceId }) => FaceId).sort());
      assert.deepEqual(gone.UnsuccessfulFaceDeletions, [
        { FaceId: "11111111-2222-3333-4444-555555555555", Reasons: ["FACE_NOT_FOUND"] },
      ]);
      assert.deepEqual((await service.client.send(new ListFacesCommand({ CollectionId: collection }))).Faces, []);
    });

    it("find who resembles a stored face, without that face itself", async () => {
      const { FaceRecords: [his] = [] } = await index(franck, { ExternalImageId: "franck" });
      const turned = await sharp(franck).rotate(180).jpeg().toBuffer();
      const { FaceRecords: [again] = [] } = await index(turned, { ExternalImageId: "upside-down" });
      const { FaceRecords: [other] = [] } = await index(otherMan, { ExternalImageId: "other" });
      const FaceId = his!.Face!.FaceId!;
      const search = (FaceMatchThreshold: number) =>
        service.client.send(new SearchFacesCommand({ CollectionId: collection, FaceId, FaceMatchThreshold }));
      const { SearchedFaceId, FaceMatches = [] } = await search(80);
      assert.equal(SearchedFaceId, FaceId);
      assert.deepEqual(
        FaceMatches.map(({ Face }) => Face?.ExternalImageId),
        ["upside-down"],
      );
      // A photo that lies upside down is as good as one that doesn't.
      assert.ok(FaceMatches[0]!.Similarity! > 99);
      assert.ok(Math.abs(Math.abs(again!.FaceDetail!.Pose!.Roll!) - 180) < 30);
      const all = await search(0);
      assert.deepEqual(
        all.FaceMatches?.map(({ Face }) => Face?.ExternalImageId),
        ["upside-down", "other"],
      );
      await assert.rejects(
        service.client.send(
          new SearchFacesCommand({ CollectionId: collection, FaceId: "11111111-2222-3333-4444-555555555555" }),
        ),
        { name: "InvalidParameterException" },
      );
      const FaceIds = [FaceId, again!.Face!.FaceId!, other!.Face!.FaceId!];
      await service.client.send(new DeleteFacesCommand({ CollectionId: collection, FaceIds }));
    });

    it("index only the largest faces if the caller limits the number", async () => {
      const { FaceRecords = [], UnindexedFaces = [] } = await index(both, { MaxFaces: 1 });
      assert.equal(FaceRecords.length, 1);
      assert.deepEqual(
        UnindexedFaces.map(({ Reasons }) => Reasons),
        [["EXCEEDS_MAX_FACES"]],
      );
      assert.ok(FaceRecords[0]!.Face!.BoundingBox!.Left! < 0.5);
      await service.client.send(
        new DeleteFacesCommand({ CollectionId: collection, FaceIds: [FaceRecords[0]!.Face!.FaceId!] }),
      );
    });

    it("reject a face that is too small to recognise, unless the caller turns the filter off", async () => {
      const tiny = await sharp({ create: { width: 640, height: 480, channels: 3, background: "black" } })
        .composite([{ input: await sharp(franck).resize({ width: 44 }).toBuffer(), left: 300, top: 200 }])
        .png()
        .toBuffer();
      const { FaceRecords, UnindexedFaces = [] } = await index(tiny);
      assert.deepEqual(FaceRecords, []);
      assert.deepEqual(
        UnindexedFaces.map(({ Reasons }) => Reasons),
        [["SMALL_BOUNDING_BOX"]],
      );
      const insisted = await index(tiny, { QualityFilter: "NONE" });
      assert.equal(insisted.FaceRecords?.length, 1);
      await service.client.send(
        new DeleteFacesCommand({ CollectionId: collection, FaceIds: [insisted.FaceRecords[0]!.Face!.FaceId!] }),
      );
    });

    it("reject ids with invalid characters", async () => {
      await assert.rejects(index(franck, { ExternalImageId: "a b" }), {
        name: "ValidationException",
        message: /'externalImageId' failed to satisfy constraint/,
      });
      await assert.rejects(index(franck, { MaxFaces: 0 }), { name: "ValidationException", message: /'maxFaces'/ });
    });
  });

  it("finds the same man in another photo with a similarity of at least 80, and never another man", async () => {
    const { FaceRecords = [] } = await index(franck, { ExternalImageId: "franck" });
    const search = (Bytes: Uint8Array, more: object = {}) =>
      service.client.send(new SearchFacesByImageCommand({ CollectionId: collection, Image: { Bytes }, ...more }));
    const him = await search(franckLater);
    assert.deepEqual(
      him.FaceMatches?.map(({ Face }) => Face?.ExternalImageId),
      ["franck"],
    );
    assert.ok(him.FaceMatches[0]!.Similarity! >= 80 && him.FaceMatches[0]!.Similarity! <= 100);
    assert.ok(him.SearchedFaceConfidence! > 95);
    assert.deepEqual((await search(otherMan)).FaceMatches, []);
    const anyone = await search(otherMan, { FaceMatchThreshold: 0 });
    assert.ok(anyone.FaceMatches![0]!.Similarity! < 10);
    await assert.rejects(search(nobody), {
      name: "InvalidParameterException",
      message: "There are no faces in the image. Should be at least 1.",
    });
    await service.client.send(
      new DeleteFacesCommand({ CollectionId: collection, FaceIds: [FaceRecords[0]!.Face!.FaceId!] }),
    );
  });

  it("denies what the caller's role does not allow, naming action and collection", async () => {
    const reader = await service.clientOf([
      {
        Effect: "Allow",
        Action: "rekognition:DescribeCollection",
        Resource: `arn:aws:rekognition:us-east-1:000000000000:collection/${collection}`,
      },
    ]);
    await reader.send(new DescribeCollectionCommand({ CollectionId: collection }));
    await assert.rejects(reader.send(new IndexFacesCommand({ CollectionId: collection, Image: { Bytes: franck } })), {
      name: "AccessDeniedException",
      message:
        /to perform: rekognition:IndexFaces on resource: arn:aws:rekognition:us-east-1:0{12}:collection\/people$/,
    });
    await assert.rejects(reader.send(new DescribeCollectionCommand({ CollectionId: "other" })), {
      name: "AccessDeniedException",
    });
  });
});
