import assert from "node:assert/strict";
import fc from "fast-check";
import { ApiProblem } from "../../web/src/api/problem.ts";
import type { Named, Photo } from "../../web/src/api/types.ts";
import { labelRowOf, labelSideOf, placeOf } from "../../web/src/features/follow/face-place.ts";
import { type Following, createFollowing } from "../../web/src/features/follow/following.ts";
import { person } from "./fixtures.ts";

const TOKEN = "main.20261122T180000.000002~2000~0.42,0.2,0.14,0.3";
const photo: Photo = {
  id: "face-1",
  box: { left: 0.42, top: 0.2, width: 0.14, height: 0.3 },
  quality: 80,
  morePhotos: 2,
  lookAlikes: [],
};

/** How a call goes: `lost` reaches the API, and its answer doesn't come back. */
type Course = "well" | "unsent" | "lost" | "refused";

/** The API as far as faces are followed; each call goes as the next course says, and well without one. */
function fakeApi(courses: Course[]) {
  const people = new Map<string, Set<string>>();
  let unknown = false;
  const going = <Answer>(act: () => Answer, refusal?: ApiProblem): Promise<Answer> => {
    const course = courses.shift() ?? "well";
    if (course === "unsent") return Promise.reject(new ApiProblem(0, "unreachable", ""));
    if (course === "refused" && refusal !== undefined) return Promise.reject(refusal);
    try {
      const answer = act();
      return course === "lost" ? Promise.reject(new ApiProblem(0, "unreachable", "")) : Promise.resolve(answer);
    } catch (error) {
      return Promise.reject(error instanceof Error ? error : new Error(String(error)));
    }
  };
  return {
    people,
    unknown: () => unknown,
    createPerson: ({ name }: { name: string }) => {
      if (courses[0] === "lost") unknown = true;
      return going(() => {
        if (people.has(name)) throw new ApiProblem(409, "name-taken", "", [], { id: name, name });
        people.set(name, new Set());
        return person(name, name, { photos: 0 });
      });
    },
    addFace: (id: string, token: string) =>
      going(
        () => {
          const faces = people.get(id);
          if (faces === undefined) throw new ApiProblem(404, "person-not-found", "");
          faces.add(token);
          return photo;
        },
        new ApiProblem(422, "poor-photo", ""),
      ),
    deletePerson: (id: string) => {
      if (courses[0] === "unsent") unknown = true;
      return going(() => {
        people.delete(id);
        return { id, name: id, faces: 0, clips: 0, broadcasts: 0 };
      });
    },
  };
}

/** As an editor tries: again after a failure, and with whom has the name already. */
async function attempt(following: Following, name: string): Promise<"followed" | "failed"> {
  try {
    await following.follow(name);
  } catch (error) {
    const namesake: Named | undefined =
      error instanceof ApiProblem && error.code === "name-taken" ? error.person : undefined;
    if (namesake === undefined) return "failed";
    try {
      await following.addTo(namesake);
    } catch {
      return "failed";
    }
  }
  return "followed";
}

describe("web: following a face", () => {
  it("makes one person with the face, whatever failed before", async () => {
    const course = fc.constantFrom<Course>("well", "unsent", "lost", "refused");
    const names = fc.array(fc.constantFrom("ada", "grace"), { minLength: 1 });
    await fc.assert(
      fc.asyncProperty(fc.array(course, { maxLength: 12 }), names, async (courses, tried) => {
        const api = fakeApi([...courses]);
        const following = createFollowing(api, TOKEN);
        let name = "";
        let result: Awaited<ReturnType<typeof attempt>> = "failed";
        for (let tries = 0; result === "failed"; tries += 1) {
          assert.ok(tries < 30, "It never succeeds.");
          name = tried[Math.min(tries, tried.length - 1)] ?? "";
          result = await attempt(following, name);
        }
        assert.deepEqual([...(api.people.get(name) ?? [])], [TOKEN]);
        // Another one is left only where the network took the answer that they were made, or the call to forget them.
        if (!api.unknown()) assert.deepEqual([...api.people.keys()], [name]);
      }),
    );
  });

  it("forgets whom it put on the list when the face is refused, or the editor gives up", async () => {
    const refused = fakeApi(["well", "refused"]);
    await assert.rejects(createFollowing(refused, TOKEN).follow("ada"), { code: "poor-photo" });
    assert.deepEqual([...refused.people.keys()], []);

    const unsent = fakeApi(["well", "unsent"]);
    const following = createFollowing(unsent, TOKEN);
    await assert.rejects(following.follow("ada"), { code: "unreachable" });
    assert.deepEqual([...unsent.people.keys()], ["ada"]);
    await following.giveUp();
    assert.deepEqual([...unsent.people.keys()], []);
  });

  it("never forgets someone who was on the list before", async () => {
    const api = fakeApi(["refused"]);
    api.people.set("ada", new Set(["another"]));
    const following = createFollowing(api, TOKEN);
    await assert.rejects(following.addTo({ id: "ada", name: "Ada" }), { code: "poor-photo" });
    await following.giveUp();
    assert.deepEqual([...api.people.keys()], ["ada"]);
  });
});

describe("web: the place of a face in its picture", () => {
  const part = fc.double({ min: 0, max: 1, noNaN: true });
  const box = fc
    .tuple(part, part, part, part)
    .map(([left, top, width, height]) => ({ left, top, width: width * (1 - left), height: height * (1 - top) }));

  it("is the box around its middle", () => {
    assert.deepEqual(placeOf({ left: 0.25, top: 0.5, width: 0.125, height: 0.25 }), {
      "--x": "31.25%",
      "--y": "62.50%",
      width: "12.50%",
      height: "25.00%",
    });
    fc.assert(
      fc.property(box, (face) => {
        const { "--x": middle = "", width = "" } = placeOf(face);
        const start = Number.parseFloat(middle) - Number.parseFloat(width) / 2;
        assert.ok(Math.abs(start - 100 * face.left) < 0.02);
      }),
    );
  });

  it("keeps the label in the picture: of a low face above it, of a large one within it", () => {
    const row = (top: number, height: number): string => labelRowOf({ left: 0, top, width: 0.1, height });
    assert.deepEqual([row(0, 0.25), row(0.5, 0.375), row(0.125, 0.875)], ["below", "above", "inside"]);
    fc.assert(
      fc.property(box, (face) => {
        const rows = { below: 1 - face.top - face.height, above: face.top, inside: face.height };
        assert.ok(rows[labelRowOf(face)] >= 0.15 - 1e-9);
      }),
    );
  });

  it("keeps the label in the picture: near an edge, it leads away from it", () => {
    fc.assert(
      fc.property(box, (face) => {
        const middle = face.left + face.width / 2;
        const side = labelSideOf(face);
        assert.ok(middle >= 0.25 || side === "start");
        assert.ok(middle <= 0.75 || side === "end");
        assert.ok(side === "middle" || middle < 0.25 || middle > 0.75);
      }),
    );
  });
});
