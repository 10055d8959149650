// The profiles that come with the project, in scenarios/profiles/.

export const PROFILE_NAMES: readonly string[] = ["lan", "laptop", "regions"];
