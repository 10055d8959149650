// Few rules, each for a mistake that has a price here: a forgotten promise (an order of writes that
// nobody waits for), a missing case of a closed set, a value import that is only a type (a cycle at
// run time), and the language's own clock. What prettier or the compiler already says is not said
// twice. One TypeScript program for all folders keeps it fast.
import tseslint from "typescript-eslint";

// The folders that run inside virtual time (see sim/README.md). test/tidy holds the full ban list;
// these are the ones an editor should show while typing.
const PURE = ["server/{protocol,ports,core,memory}/**/*.ts", "sim/**/*.ts"];
const HOST = ["sim/run/**", "sim/cli/**", "sim/world/live/**"];

const pureSyntax = [
  {
    selector: "NewExpression[callee.name='Date']",
    message: "The clock arrives through the Clock port.",
  },
  {
    selector: "MemberExpression[object.name='Date'][property.name='now']",
    message: "The clock arrives through the Clock port.",
  },
  {
    selector: "MemberExpression[object.name='Math'][property.name='random']",
    message: "Randomness arrives through the Random port.",
  },
  { selector: "ForInStatement", message: "Use for..of over Object.keys(), in a stated order." },
];
const everywhereSyntax = [
  { selector: "ExportAllDeclaration", message: "No barrels: import the file." },
  {
    selector: "ThrowStatement > Literal, ThrowStatement > TemplateLiteral",
    message: "Throw an Error: it carries the place.",
  },
];

export default tseslint.config(
  {
    ignores: [
      "dist/**",
      "coverage/**",
      "reports/**",
      "node_modules/**",
      "**/*.cjs",
      "test/**/corpus/**",
    ],
  },
  {
    files: ["**/*.ts"],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: {
      parserOptions: { project: "./tsconfig.eslint.json", tsconfigRootDir: import.meta.dirname },
    },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      "@typescript-eslint/no-floating-promises": "error",
      "@typescript-eslint/switch-exhaustiveness-check": [
        "error",
        { considerDefaultExhaustiveForUnions: true },
      ],
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/no-unused-vars": [
        "error",
        { argsIgnorePattern: "^_", varsIgnorePattern: "^_" },
      ],
      // An assertion may name which id a number is, or steer inference (`this as Link`).
      "@typescript-eslint/no-unnecessary-type-assertion": "off",
      // A port's method is async by its contract, whether or not this implementation waits.
      "@typescript-eslint/require-await": "off",
      "@typescript-eslint/restrict-template-expressions": [
        "error",
        { allowNumber: true, allowBoolean: true },
      ],
      eqeqeq: "error",
      "no-restricted-syntax": ["error", ...everywhereSyntax],
    },
  },
  {
    files: PURE,
    ignores: HOST,
    rules: { "no-restricted-syntax": ["error", ...everywhereSyntax, ...pureSyntax] },
  },
  {
    // Tests reach into parsed JSON, build deliberately wrong values, and await plain values to let
    // promises run on.
    files: ["test/**/*.ts"],
    rules: {
      "@typescript-eslint/no-unsafe-assignment": "off",
      "@typescript-eslint/no-unsafe-member-access": "off",
      "@typescript-eslint/no-unsafe-argument": "off",
      "@typescript-eslint/no-unsafe-call": "off",
      "@typescript-eslint/no-unsafe-return": "off",
      "@typescript-eslint/unbound-method": "off",
      "@typescript-eslint/await-thenable": "off",
    },
  },
);
