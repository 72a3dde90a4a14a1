import type {
  CreateCollectionResponse,
  DeleteCollectionResponse,
  DeleteFacesResponse,
  DescribeCollectionResponse,
  ListCollectionsResponse,
  ListFacesResponse,
} from "@aws-sdk/client-rekognition";
import type { ResourceProvider } from "../../engine/provider.ts";
import { similarity, type Recogniser } from "../../vision/recognisers/index.ts";
import type { FaceReport } from "../../vision/report.ts";
import type { Cloud } from "../cloud.ts";
import { AwsError } from "../errors.ts";
import type { OperationContext } from "../protocols/json.ts";
import { patterns, text, texts, violates, type Input } from "./input.ts";
import { page } from "./pages.ts";
import { faceShape } from "./shapes.ts";
import type { JobStore } from "./job-store.ts";
import type { CollectionStore, StoredCollection, StoredFace } from "./store.ts";

const pageSizes = { max: 4096, byDefault: 1000 };
const maxDeletions = 4096;
/** From this similarity on, a face in a video is taken for that of someone who is forgotten. */
const alike = 80;

function collectionArn(cloud: Pick<Cloud, "region" | "accountId">, id: string): string {
  return `arn:aws:rekognition:${cloud.region}:${cloud.accountId}:collection/${id}`;
}

/**
 * The request's collection, if the caller may do `action` on it. Throws ResourceNotFoundException for an unknown
 * collection if the caller has the permission.
 */
export function authorizedCollection(
  cloud: Cloud,
  store: CollectionStore,
  { principal }: OperationContext,
  action: string,
  input: Input,
): StoredCollection {
  const id = text(input, "CollectionId", patterns.collectionId);
  cloud.iam.authorize(principal, `rekognition:${action}`, collectionArn(cloud, id));
  const found = store.find(id);
  if (found === undefined) throw new AwsError("ResourceNotFoundException", `The collection id: ${id} does not exist`);
  return found;
}

export function collectionOperations(
  cloud: Cloud,
  store: CollectionStore,
  jobs: Pick<JobStore, "forgetFaces" | "forgetMatches">,
  { version, curve }: Recogniser,
  now: () => number,
) {
  return {
    CreateCollection(input: Input, { principal }: OperationContext): CreateCollectionResponse {
      const id = text(input, "CollectionId", patterns.collectionId);
      cloud.iam.authorize(principal, "rekognition:CreateCollection", collectionArn(cloud, id));
      if (!store.create(id, now()))
        throw new AwsError("ResourceAlreadyExistsException", `The collection id: ${id} already exists`);
      return { StatusCode: 200, CollectionArn: collectionArn(cloud, id), FaceModelVersion: version };
    },

    DeleteCollection(input: Input, context: OperationContext): DeleteCollectionResponse {
      store.remove(authorizedCollection(cloud, store, context, "DeleteCollection", input).id);
      return { StatusCode: 200 };
    },

    DescribeCollection(input: Input, context: OperationContext): DescribeCollectionResponse {
      const { id, createdMs } = authorizedCollection(cloud, store, context, "DescribeCollection", input);
      return {
        FaceCount: store.faces(id).length,
        FaceModelVersion: version,
        CollectionARN: collectionArn(cloud, id),
        CreationTimestamp: new Date(createdMs),
      };
    },

    ListCollections(input: Input, { principal }: OperationContext): ListCollectionsResponse {
      cloud.iam.authorize(principal, "rekognition:ListCollections", "*");
      const { entries, ...next } = page(store.collections(), "collections", input, pageSizes);
      return {
        CollectionIds: entries.map(({ id }) => id),
        FaceModelVersions: entries.map(() => version),
        ...next,
      };
    },

    ListFaces(input: Input, context: OperationContext): ListFacesResponse {
      const { id } = authorizedCollection(cloud, store, context, "ListFaces", input);
      const wanted = new Set(texts(input, "FaceIds"));
      const faces = store.faces(id).filter(({ faceId }) => wanted.size === 0 || wanted.has(faceId));
      const { entries, ...next } = page(faces, `faces/${id}`, input, pageSizes);
      return { Faces: entries.map(faceShape), FaceModelVersion: version, ...next };
    },

    /**
     * Where nothing is left of someone, what was kept of them goes as well: vectors of analysed videos that resemble
     * the deleted faces and nobody else's, and the results that name these.
     */
    async DeleteFaces(input: Input, context: OperationContext): Promise<DeleteFacesResponse> {
      const { id } = authorizedCollection(cloud, store, context, "DeleteFaces", input);
      const wanted = texts(input, "FaceIds");
      if (wanted.length === 0) throw violates("faceIds", "Member must have length greater than or equal to 1");
      if (wanted.length > maxDeletions)
        throw violates("faceIds", `Member must have length less than or equal to ${maxDeletions}`);
      const before = store.faces(id).filter(({ faceId }) => wanted.includes(faceId));
      const deleted = wanted.filter((faceId) => store.removeFace(id, faceId));
      const left = store.faces(id);
      const gone = before.filter(
        ({ externalImageId }) => !left.some((other) => other.externalImageId === externalImageId),
      );
      if (gone.length > 0) {
        const resembles = (face: FaceReport, others: readonly StoredFace[]): boolean =>
          others.some(
            ({ model, embedding }) => model === version && similarity(face.embedding, embedding, curve) >= alike,
          );
        await jobs.forgetFaces((face) => resembles(face, gone) && !resembles(face, left));
        jobs.forgetMatches(gone.map(({ faceId }) => faceId));
      }
      const lost = wanted.filter((faceId) => !deleted.includes(faceId));
      return {
        DeletedFaces: deleted,
        UnsuccessfulFaceDeletions: lost.map((faceId) => ({ FaceId: faceId, Reasons: ["FACE_NOT_FOUND"] })),
      };
    },
  };
}

/** `aws:rekognition/collection:Collection`. Its faces stay when the program runs again. */
export function collectionProvider(
  cloud: Pick<Cloud, "region" | "accountId">,
  store: CollectionStore,
  { version }: Recogniser,
  now: () => number,
): ResourceProvider {
  return {
    type: "aws:rekognition/collection:Collection",
    honoured: ["collectionId"],
    ignored: ["tags", "region", "timeouts"],
    replaceOnChanges: ["collectionId"],
    async apply({ inputs }) {
      const id = text(inputs, "collectionId", patterns.collectionId);
      store.create(id, now());
      return { id, outputs: { collectionId: id, arn: collectionArn(cloud, id), faceModelVersion: version } };
    },
    async remove(state) {
      store.remove(state.id);
    },
  };
}
