// The small schemas that scenario and faults share: values with units, and objects that take no other key.

import { Type, type TObject, type TProperties, type TSchema } from "typebox";

export const DURATION = Type.String({
  pattern: "^(\\d+(\\.\\d+)?(us|ms|s|m|h|d))+$",
  description: "250ms, 30s, 5m, 1h30m",
});
export const SIZE = Type.String({
  pattern: "^\\d+(\\.\\d+)?(e[+-]?\\d+)?(B|kB|KB|KiB|MB|MiB|GB|GiB)$",
  description: "80B, 8KiB, 2MB",
});
export const PERCENT = Type.String({
  pattern: "^\\d+(\\.\\d+)?(e[+-]?\\d+)?%$",
  description: "2%",
});
export const RATE = Type.String({
  pattern: "^\\d+(\\.\\d+)?(e[+-]?\\d+)?\\s*/\\s*(s|sec|m|min|h|hour)$",
  description: "400/s, 1/min",
});

export function strict<T extends TProperties>(properties: T, options: object = {}): TObject<T> {
  return Type.Object(properties, { additionalProperties: false, ...options });
}

/** One of these names. */
export function member<const T extends readonly string[]>(names: T, description?: string) {
  return Type.Unsafe<T[number]>({
    type: "string",
    enum: [...names],
    ...(description === undefined ? {} : { description }),
  });
}

/** The closed set of distributions; a value alone is a constant. */
export function distribution(value: TSchema): TSchema {
  return Type.Union([
    value,
    strict({ dist: Type.Literal("constant"), value }),
    strict({ dist: Type.Literal("uniform"), min: value, max: value }),
    strict({ dist: Type.Literal("exponential"), mean: value }),
    strict({ dist: Type.Literal("lognormal"), median: value, p99: value }),
    strict({
      dist: Type.Literal("empirical"),
      values: Type.Array(
        Type.Unsafe<[unknown, number]>({
          type: "array",
          items: [value, { type: "number", minimum: 0 }],
          minItems: 2,
          maxItems: 2,
        }),
        { minItems: 1 },
      ),
    }),
  ]);
}
