import type { Catalogue } from "../../catalogue/index.ts";
import { startDatabase, type TestDatabase } from "../catalogue/table.ts";
import { startAws, type AwsServer } from "./aws-server.ts";
import { memoryLog, type MemoryLog } from "./memory-log.ts";

/** What the tests of a handler work with. */
export interface HandlerParts {
  database: TestDatabase;
  /** Answers nothing and has seen no calls when a test begins. */
  aws: AwsServer;
  /** Empty when a test begins. */
  catalogue: Catalogue;
  log: MemoryLog;
}

/** Runs a database and an AWS for the suite, and hands their parts to `use` before each test. */
export function handlerSuite(use: (parts: HandlerParts) => void): void {
  let database: TestDatabase;
  let aws: AwsServer;
  before(async () => {
    database = await startDatabase();
    aws = await startAws();
  });
  after(async () => {
    await aws.stop();
    await database.stop();
  });
  beforeEach(async () => {
    aws.reset();
    use({ database, aws, catalogue: await database.catalogue(), log: memoryLog() });
  });
}
