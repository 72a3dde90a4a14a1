/** What mappings from every kind of source have. */
export interface MappingConfiguration {
  uuid: string;
  /** The queue or the stream. */
  sourceArn: string;
  functionName: string;
  enabled: boolean;
  batchSize: number;
  batchingWindowSeconds: number;
  reportBatchItemFailures: boolean;
}

/** A source that feeds a function. */
export interface Mapping {
  readonly configuration: MappingConfiguration;
  /** What GetEventSourceMapping shows of this kind of source, by the wire's names. */
  readonly details: Record<string, unknown>;
  /** Why reading is not possible at the moment, as in GetEventSourceMapping's `LastProcessingResult`. */
  problem(): string | undefined;
  start(): void;
  stop(): Promise<void>;
  /** Forgets what is kept of it, when it is removed. */
  forget?(): Promise<void>;
}
