import assert from "node:assert/strict";
import { parseMediaPlaylist } from "../../hls/media-playlist.ts";

const playlist = (...lines: string[]): string => ["#EXTM3U", ...lines, ""].join("\n");

describe("media playlist", () => {
  it("is read as MediaConvert and FFmpeg write it", () => {
    const mediaConvert =
      "#EXTM3U\r\n#EXT-X-VERSION:3\r\n#EXT-X-TARGETDURATION:2\r\n" +
      "#EXT-X-MEDIA-SEQUENCE:1\r\n#EXT-X-PLAYLIST-TYPE:VOD\r\n" +
      "#EXTINF:2,\r\nindex_720p_00001.ts\r\n#EXTINF:1.466,\r\nindex_720p_00002.ts\r\n#EXT-X-ENDLIST\r\n";
    assert.deepEqual(parseMediaPlaylist(mediaConvert), {
      segments: [
        { uri: "index_720p_00001.ts", durationSeconds: 2 },
        { uri: "index_720p_00002.ts", durationSeconds: 1.466 },
      ],
    });
    const ffmpeg = playlist(
      "#EXT-X-VERSION:6",
      "#EXT-X-INDEPENDENT-SEGMENTS",
      "# a comment",
      "#EXTINF:2.000000,title",
      "a.ts",
      "#EXT-X-ENDLIST",
    );
    assert.deepEqual(parseMediaPlaylist(ffmpeg).segments, [{ uri: "a.ts", durationSeconds: 2 }]);
  });

  it("that could not be cut right is refused with the line", () => {
    const cases: [string, string][] = [
      ["", "The playlist does not begin with #EXTM3U"],
      ["<html>", "The playlist does not begin with #EXTM3U"],
      [playlist("a.ts", "#EXT-X-ENDLIST"), "Line 2 of the playlist: a segment without #EXTINF"],
      [playlist("#EXTINF:two,", "a.ts"), "Line 2 of the playlist: malformed #EXTINF"],
      [playlist("#EXT-X-KEY:METHOD=AES-128", "#EXT-X-ENDLIST"), "Line 2 of the playlist: #EXT-X-KEY is not supported"],
      [
        playlist("#EXTINF:2,", "#EXT-X-BYTERANGE:10", "a.ts"),
        "Line 3 of the playlist: #EXT-X-BYTERANGE is not supported",
      ],
      [playlist("#EXTINF:2,", "a.ts"), "The playlist has no #EXT-X-ENDLIST: it is not complete"],
      [playlist("#EXTINF:2,"), "The playlist ends with an #EXTINF that has no segment"],
      [playlist("#EXT-X-ENDLIST", "#EXTINF:2,"), "Line 3 of the playlist: something follows #EXT-X-ENDLIST"],
    ];
    for (const [text, message] of cases)
      assert.throws(() => parseMediaPlaylist(text), { name: "PlaylistError", code: "invalid-playlist", message });
  });
});
