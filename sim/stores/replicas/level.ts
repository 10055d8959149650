// How many replicas must answer before a call is done: Cassandra's consistency levels, as far as they are used.
export type Level = "one" | "quorum";
