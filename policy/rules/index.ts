import type { Rule } from "../rule.ts";
import { confusedDeputy } from "./confused-deputy.ts";
import { deadLetters } from "./dead-letters.ts";
import { encryptionAtRest } from "./encryption-at-rest.ts";
import { functionRuntime } from "./function-runtime.ts";
import { liveDelivery } from "./live-delivery.ts";
import { logRetention } from "./log-retention.ts";
import { openIngest } from "./open-ingest.ts";
import { plainSecrets } from "./plain-secrets.ts";
import { protectedMedia } from "./protected-media.ts";
import { publicAccessBlocked } from "./public-access-blocked.ts";
import { tags } from "./tags.ts";
import { tlsOnly } from "./tls-only.ts";
import { wildcardIam } from "./wildcard-iam.ts";

/** Every rule of the pack. */
export const rules: readonly Rule[] = [
  encryptionAtRest,
  tlsOnly,
  publicAccessBlocked,
  plainSecrets,
  wildcardIam,
  confusedDeputy,
  openIngest,
  deadLetters,
  logRetention,
  functionRuntime,
  tags,
  protectedMedia,
  liveDelivery,
];
