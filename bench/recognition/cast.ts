import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { FaceWorker } from "../../local/vision/worker/index.ts";
import type { FacePhoto } from "./footage.ts";

/** Someone to register and to show, each time with other photos. */
export interface Member {
  name: string;
  /** For registration: a few. */
  reference: FacePhoto[];
  /** For footage. */
  shown: FacePhoto[];
}

/** Photos of one person that are registered. */
const references = 2;
const leastPixels = 80;

/**
 * The people of a folder with one folder of photos each. Photos with several faces, or with a small one, are left out,
 * and so are people with too few photos. `most` limits people and photos for each.
 */
export async function readCast(
  folder: string,
  worker: FaceWorker,
  most: { people: number; photos: number },
): Promise<Member[]> {
  const cast: Member[] = [];
  for (const { name } of (await readdir(folder, { withFileTypes: true })).filter((entry) => !entry.isFile())) {
    if (cast.length >= most.people) break;
    const photos: FacePhoto[] = [];
    for (const entry of (await readdir(join(folder, name))).sort()) {
      if (photos.length >= most.photos) break;
      const file = join(folder, name, entry);
      const { faces } = await worker.still(await readFile(file)).catch(() => ({ faces: [] }));
      const [face, another] = faces;
      if (face !== undefined && another === undefined && face.pixels >= leastPixels)
        photos.push({ file, box: face.box, yaw: face.yaw });
    }
    if (photos.length > references)
      cast.push({ name, reference: photos.slice(0, references), shown: photos.slice(references) });
  }
  return cast;
}
