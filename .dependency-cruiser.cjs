// Who may import whom. Data flows one way:
//   protocol <- ports <- {core, memory} <- live        and        kernel <- net <- stores <- world <- run <- cli
// A folder imports only what its line below allows; every line says why. `npm run boundaries` checks
// it; `npx depcruise --config .dependency-cruiser.cjs -T mermaid server sim` draws the map.

/**
 * Our own code that `from` may import besides itself; everything else of ours is an error. What stands
 * in `types` may be imported by its types alone: a type costs nothing at run time and makes no order.
 */
function only(name, from, allowed, comment, types = []) {
  const outside = (paths) => ({
    path: "^(server|sim|test)/",
    pathNot: [`^${from}`, ...paths.map((path) => `^${path}`)],
  });
  const rule = { severity: "error", comment, from: { path: `^${from}` } };
  if (types.length === 0) return [{ ...rule, name, to: outside(allowed) }];
  return [
    { ...rule, name, to: { ...outside(allowed), dependencyTypesNot: ["type-only"] } },
    { ...rule, name: `${name}-types`, to: outside([...allowed, ...types]) },
  ];
}

const PROTOCOL = "server/protocol/";
const PORTS = "server/ports/";
// Arithmetic and seeded draws that hold no state of the simulation; the same for both worlds.
const DRAWS = "sim/kernel/(math|random|distribution|labels)\\.ts$";

const HISTORY = "sim/history/history\\.ts$";
// The result and the scenario, known by their shape; they hold no code.
const RESULT = "sim/run/result\\.ts$";
const EXPLORED = "sim/run/explore/explore-result\\.ts$";
const SCENARIO = "sim/scenario/types\\.ts$";

module.exports = {
  forbidden: [
    {
      name: "no-cycles",
      severity: "error",
      comment:
        "A cycle has no first file to read. Type imports may close one: nothing runs in them.",
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
    },
    {
      name: "server-never-imports-sim",
      severity: "error",
      comment: "The messenger does not know that it is tested: the same code runs in both worlds.",
      from: { path: "^server/" },
      to: { path: "^(sim|test)/" },
    },
    {
      name: "sim-never-imports-live",
      severity: "error",
      comment: "A live run starts nodes as processes; linking them in would make a third world.",
      from: { path: "^sim/" },
      to: { path: "^server/live/" },
    },
    {
      name: "judges-never-import-core",
      severity: "error",
      comment:
        "A checker or a device that shares code with the messenger shares its mistakes, and sees none.",
      from: { path: "^sim/(checks|device|history|users|measure)/" },
      to: { path: "^server/(core|memory|live)/", reachable: true },
    },
    {
      name: "nothing-imports-tests",
      severity: "error",
      comment: "Tests stand on the product, not under it.",
      from: { path: "^(server|sim)/" },
      to: { path: "^test/" },
    },

    ...only(
      "protocol",
      PROTOCOL,
      [],
      "The wire is the ground floor: a client could be written from it alone.",
    ),
    ...only(
      "ports",
      PORTS,
      [PROTOCOL],
      "Ports are contracts in the domain's words, which protocol names.",
    ),
    ...only(
      "core",
      "server/core/",
      [PROTOCOL, PORTS],
      "The messenger sees the world through ports only.",
    ),
    ...only(
      "memory",
      "server/memory/",
      [PROTOCOL, PORTS],
      "The plain meaning of a store, once, without time.",
    ),
    ...only(
      "live",
      "server/live/",
      ["server/core/", PROTOCOL, PORTS],
      "Products stand behind the ports: sockets, Redis, Cassandra, S3; nothing knows them but this folder.",
    ),
    ...only(
      "dev",
      "server/dev/",
      ["server/core/", "server/live/", "server/memory/", PROTOCOL, PORTS],
      "Real sockets on stores in memory, for whoever writes a client.",
    ),

    ...only(
      "kernel",
      "sim/kernel/",
      ["server/ports/(clock|random)\\.ts$"],
      "Time and chance know nothing of messengers; they only fill the two ports of that kind.",
    ),
    ...only(
      "net",
      "sim/net/",
      ["sim/kernel/", PROTOCOL, PORTS],
      "Links carry sized frames in virtual time.",
    ),
    ...only(
      "stores",
      "sim/stores/",
      ["sim/kernel/", "sim/net/", "server/memory/", PROTOCOL, PORTS],
      "A simulated store is the memory meaning plus time, capacity and faults.",
    ),
    ...only(
      "device",
      "sim/device/",
      [PROTOCOL, PORTS],
      "The device is a client: it must run in a browser one day, so it gets the wire and the contracts. It tells the history what it sees, through an interface.",
      [HISTORY],
    ),
    ...only(
      "users",
      "sim/users/",
      ["sim/device/", "sim/scenario/", "sim/history/", PROTOCOL, PORTS, DRAWS],
      "A virtual user drives a device as the scenario says and writes down what it saw, in both worlds.",
    ),
    ...only(
      "faults",
      "sim/faults/",
      ["sim/scenario/", DRAWS],
      "A plan is read from the scenario alone.",
    ),
    ...only("history", "sim/history/", [PROTOCOL], "What devices saw, in the wire's words."),
    ...only(
      "checks",
      "sim/checks/",
      ["sim/history/", PROTOCOL],
      "A verdict rests on the history and nothing else.",
    ),
    ...only(
      "measure",
      "sim/measure/",
      ["sim/kernel/math\\.ts$"],
      "Numbers only: it must serve a live worker as it is. It listens to the history and fills the result, both known by their shape.",
      [HISTORY, "sim/history/checker\\.ts$", RESULT, SCENARIO],
    ),
    ...only(
      "report",
      "sim/report/",
      ["sim/measure/", "sim/history/"],
      "A report is a picture of a result; it can be drawn again from saved files.",
      [RESULT, EXPLORED, SCENARIO],
    ),
    ...only(
      "scenario",
      "sim/scenario/",
      ["sim/measure/", DRAWS, "server/ports/trace-sink\\.ts$"],
      "A scenario is text, checked: distributions, metrics and crash points are all it must know by name. A profile has the shapes of what it describes.",
      ["sim/net/link\\.ts$", "sim/stores/store-profile\\.ts$"],
    ),
    ...only(
      "bugs",
      "sim/bugs/",
      ["server/(core|memory|ports|protocol)/", "sim/device/", "sim/stores/", "sim/kernel/"],
      "A planted bug replaces one part of a node, a device or a store, from outside, and names the rule that must see it.",
      ["sim/history/checker\\.ts$"],
    ),
    ...only(
      "world",
      "sim/world/",
      [
        "server/(core|memory|ports|protocol)/",
        "sim/(kernel|net|stores|device|users|faults|history|scenario)/",
      ],
      "A world starts, kills, cuts and connects; it neither judges nor measures nor reports.",
      [RESULT],
    ),
    {
      name: "run-never-imports-cli",
      severity: "error",
      comment:
        "A run is a function from scenario to result; arguments and exit codes are above it.",
      from: { path: "^sim/(?!cli/)" },
      to: { path: "^sim/cli/" },
    },
    ...only(
      "cli",
      "sim/cli/",
      [
        "sim/(run|scenario|report|bugs)/",
        "sim/measure/",
        "sim/history/",
        "sim/world/live/services/",
      ],
      "Arguments in, exit code out: whatever needs the messenger or the kernel is a run. Services are started by hand.",
    ),

    {
      name: "no-node-in-pure-folders",
      severity: "error",
      comment: "Node's modules bring the machine's time, chance and order into virtual time.",
      from: {
        path: "^(server|sim)/",
        pathNot: "^(server/(live|dev)|sim/(run|cli|world/live))/",
      },
      to: { dependencyTypes: ["core"] },
    },
    {
      name: "few-packages-in-pure-folders",
      severity: "error",
      comment:
        "One package, one place: schemas in protocol and scenario, streams in kernel, histograms in measure, YAML in scenario, scales in report.",
      from: {
        path: "^(server|sim)/",
        pathNot: "^(server/(live|dev)|sim/(run|cli|world/live))/",
      },
      to: {
        path: "node_modules/",
        pathNot:
          "node_modules/(typebox|seedrandom|hdr-histogram-js|yaml|d3-scale|d3-shape|@types)/",
      },
    },
    {
      name: "typebox-at-the-edges",
      severity: "error",
      comment: "What has passed the edge is a checked value; only the edges hold schemas.",
      from: {
        path: "^(server|sim)/",
        pathNot: "^(server/protocol|server/live|sim/scenario|sim/report|sim/run)/",
      },
      to: { path: "node_modules/typebox/" },
    },
    {
      name: "seedrandom-in-kernel",
      severity: "error",
      comment: "Every draw comes from a named stream, and the kernel names them.",
      from: { path: "^(server|sim)/", pathNot: "^sim/kernel/" },
      to: { path: "node_modules/(@types/)?seedrandom/" },
    },
    {
      name: "histograms-in-measure",
      severity: "error",
      comment: "Latencies are recorded and merged in one place, never averaged elsewhere.",
      from: { path: "^(server|sim)/", pathNot: "^sim/measure/" },
      to: { path: "node_modules/hdr-histogram-js/" },
    },
    {
      name: "no-dev-dependencies",
      severity: "error",
      comment: "What runs must be there after an install without development packages.",
      from: { path: "^(server|sim)/" },
      to: {
        dependencyTypes: ["npm-dev", "npm-no-pkg", "unknown"],
        dependencyTypesNot: ["type-only"],
      },
    },
    {
      name: "resolvable",
      severity: "error",
      comment: "An import that resolves to nothing escapes every rule above.",
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "(^|/)dist/" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.eslint.json" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "require", "node", "default", "types"],
      extensions: [".ts", ".mjs", ".js", ".json"],
    },
  },
};
