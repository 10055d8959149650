// The tokens contract on the memory tokens.
import { MemoryTokens } from "../../server/memory/tokens.ts";
import { tokensContract } from "./tokens-contract.ts";

tokensContract("memory", () => {
  const tokens = new MemoryTokens(123_456_789_012);
  const others = new MemoryTokens(123_456_789_013);
  return {
    port: tokens,
    issue: async (claims) => tokens.issue(claims),
    forge: async (claims) => others.issue(claims),
  };
});
