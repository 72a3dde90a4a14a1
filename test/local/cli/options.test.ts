import assert from "node:assert/strict";
import { resolve } from "node:path";
import { parseOptions, UsageError } from "../../../local/cli/options.ts";

describe("the command line of npm start", () => {
  it("has the documented defaults", () => {
    assert.deepEqual(parseOptions([]), {
      port: 8080,
      rtmpPort: 1935,
      data: resolve(".spotlight"),
      host: "127.0.0.1",
      names: [],
      config: [],
      stack: "local",
      minFree: 1_000_000_000,
      verbose: false,
    });
  });

  it("accepts every option", () => {
    assert.deepEqual(
      parseOptions([
        "--port",
        "0",
        "--rtmp-port=1936",
        "--data",
        "/tmp/x",
        "--host",
        "0.0.0.0",
        "--name",
        "Match.example.com",
        "--config",
        "a=1",
        "--config",
        'people=["Ada"]',
        "--celebrities",
        "/tmp/famous",
        "--face-model",
        "dlib",
        "--stack",
        "other",
        "--min-free",
        "500MB",
        "--keep=20GB",
        "--verbose",
        "--record",
        "/tmp/calls.jsonl",
      ]),
      {
        port: 0,
        rtmpPort: 1936,
        data: "/tmp/x",
        host: "0.0.0.0",
        names: ["match.example.com"],
        config: ["a=1", 'people=["Ada"]'],
        celebrities: "/tmp/famous",
        faceModel: "dlib",
        stack: "other",
        minFree: 500_000_000,
        keep: 20_000_000_000,
        verbose: true,
        record: "/tmp/calls.jsonl",
      },
    );
  });

  it("returns nothing if help is requested", () => assert.equal(parseOptions(["--help"]), undefined));

  it("says what is wrong with a value, and lists the options", () => {
    const message = (argv: string[]): string => {
      try {
        parseOptions(argv);
      } catch (cause) {
        assert.ok(cause instanceof UsageError);
        return cause.message;
      }
      return assert.fail("accepted");
    };
    assert.equal(message(["--port", "http"]), '--port must be a port number from 0 to 65535; got "http".');
    assert.equal(message(["--rtmp-port", "65536"]), '--rtmp-port must be a port number from 0 to 65535; got "65536".');
    assert.equal(
      message(["--host", "localhost"]),
      '--host must be an IP address of this machine, such as 127.0.0.1 or 0.0.0.0; got "localhost".',
    );
    assert.equal(
      message(["--stack", "../x"]),
      '--stack may only contain letters, digits, "-", "_" and "."; got "../x".',
    );
    assert.equal(message(["--min-free", "1"]), '--min-free must be a size such as 500MB, 20GB or 0; got "1".');
    assert.equal(message(["--keep", "lots"]), '--keep must be a size such as 500MB, 20GB or 0; got "lots".');
    assert.equal(message(["--keep", "0"]), "--keep must be more than 0: it would delete every recording.");
    assert.match(message(["--ports", "1"]), /Unknown option '--ports'[^]*Usage: npm start/);
  });
});
