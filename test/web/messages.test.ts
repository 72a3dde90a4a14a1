import assert from "node:assert/strict";
import { problemKinds } from "../../api/problems.ts";
import { ApiProblem, sentenceOf } from "../../web/src/api/problem.ts";
import { en } from "../../web/src/messages/en.ts";
import { later as enLater } from "../../web/src/messages/en-later.ts";
import { localeOf, preferredLanguage } from "../../web/src/messages/index.ts";
import { FALLBACK, LANGUAGES, type Language } from "../../web/src/messages/languages.ts";
import { setLocale } from "../../web/src/messages/locale.ts";
import { ko } from "../../web/src/messages/ko.ts";
import { later as koLater } from "../../web/src/messages/ko-later.ts";
import { clockTime, durationText, listText, percentText } from "../../web/src/shared/format.ts";

/** In place of whatever a message is about. */
const NAME = "◇";

/** All texts below a part of a catalogue by their path, each function called with {@link NAME}. */
function textsOf(part: object, path = ""): [string, string][] {
  return Object.entries(part).flatMap(([key, value]: [string, unknown]): [string, string][] => {
    if (typeof value === "object" && value !== null) return textsOf(value, `${path}${key}.`);
    return [[path + key, typeof value === "function" ? said(value) : String(value)]];
  });
}

/** All texts of a language. */
async function allOf({ load, loadLater }: Pick<Language, "load" | "loadLater">): Promise<[string, string][]> {
  return textsOf({ first: await load(), later: await loadLater() });
}

function said(message: object): string {
  const isList = message === en.clips.ids || message === ko.clips.ids;
  const name = isList ? [NAME] : Object.assign((text: string) => text, { toString: () => NAME });
  const text: unknown = typeof message === "function" ? Reflect.apply(message, undefined, [name, name, name]) : "";
  return Array.isArray(text) ? text.join("") : String(text);
}

describe("web: the messages", () => {
  afterEach(() => setLocale("en"));

  it("say something in every language", async () => {
    for (const language of LANGUAGES) {
      const mute = (await allOf(language)).filter(([, text]) => text.trim() === "");
      assert.deepEqual(mute, [], language.tag);
    }
  });

  it("name in every language what they name in English", async () => {
    const naming = (texts: [string, string][]) =>
      texts.flatMap(([key, text]) => (text.includes(NAME) || text.includes("NaN") ? [key] : []));
    const english = naming(textsOf({ first: en, later: enLater }));
    for (const language of LANGUAGES) assert.deepEqual(naming(await allOf(language)), english, language.tag);
  });

  it("count by the rules of the language, with its digits grouped", () => {
    assert.deepEqual([0, 1, 2, 1204].map(en.moments), ["0 moments", "1 moment", "2 moments", "1,204 moments"]);
    assert.deepEqual([1, 2].map(enLater.picture.back), ["Back 1 second", "Back 2 seconds"]);
    setLocale("ko");
    assert.deepEqual([0, 1, 1204].map(ko.moments), ["장면 0개", "장면 1개", "장면 1,204개"]);
  });

  it("let no Korean particle follow a name whose last sound isn't known", () => {
    const varying = /◇[”"]?((은|는|이|가|을|를|와|과|아|야|으로|로|이나|나)(?![가-힣])|이에요|예요|이라|라서)/;
    const wrong = textsOf({ first: ko, later: koLater }).filter(([, text]) => varying.test(text));
    assert.deepEqual(wrong, []);
  });
});

describe("web: the language", () => {
  it("is the first wanted one that the page has, or English", () => {
    const tagFor = (...wanted: string[]) => preferredLanguage(wanted).tag;
    assert.equal(tagFor("de-DE", "ko-KR", "en"), "ko");
    assert.equal(tagFor("en-GB", "ko"), "en");
    assert.equal(tagFor("KO"), "ko");
    assert.equal(tagFor("fr", "kok"), "en");
    assert.equal(tagFor(), "en");
  });

  it("is spoken as where the viewer is", () => {
    assert.equal(localeOf(FALLBACK, ["ko-KR", "en-GB", "en-US"]), "en-GB");
    assert.equal(localeOf(FALLBACK, ["ko-KR"]), "en");
    assert.equal(localeOf(FALLBACK, ["en-US@posix", "en-AU"]), "en-AU");
    assert.equal(localeOf(FALLBACK, ["en-US@posix"]), "en");
  });

  it("formats times, numbers and lists", () => {
    const evening = new Date(2026, 10, 22, 18, 42, 10).toISOString();
    const formatted = () => [clockTime(evening), durationText(4460), percentText(98), listText(["Son", "Ada"])];
    setLocale("en-GB");
    assert.deepEqual(formatted(), ["18:42:10", "4.5s", "98%", "Son and Ada"]);
    setLocale("ko");
    assert.deepEqual(formatted(), ["오후 06:42:10", "4.5초", "98%", "Son 및 Ada"]);
    setLocale("en");
  });
});

describe("web: the API's problems", () => {
  it("have a Korean text each, and no other", () => {
    const ofThePage = ["unexpected-answer", "unreachable"];
    assert.deepEqual(Object.keys(ko.problems).toSorted(), [...Object.keys(problemKinds), ...ofThePage].toSorted());
    for (const [status, text] of Object.entries(en.statuses)) assert.notEqual(ko.statuses[status] ?? text, text);
  });

  it("are told in the page's words, or the API's, or by status", () => {
    assert.equal(sentenceOf(new ApiProblem(422, "no-face", "No face.")), en.problems["no-face"]);
    assert.equal(sentenceOf(new ApiProblem(409, "name-taken", "Ada has this name.")), "Ada has this name.");
    assert.equal(sentenceOf(new ApiProblem(413, "http-413", "")), en.statuses["413"]);
    assert.equal(sentenceOf(new ApiProblem(502, "http-502", "")), en.failed(502));
    assert.equal(sentenceOf("thrown"), en.somethingWrong);
  });
});
