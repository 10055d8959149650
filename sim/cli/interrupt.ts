// Ctrl-C: the first ends the run cleanly with a partial report, the second at once.

export interface Interrupt {
  readonly asked: () => boolean;
  readonly release: () => void;
}

export function watchInterrupt(): Interrupt {
  let asked = false;
  const listen = (): void => {
    asked = true;
    process.stderr.write("\ninterrupted: writing a partial report (again: at once)\n");
    process.off("SIGINT", listen);
  };
  process.on("SIGINT", listen);
  return { asked: () => asked, release: () => void process.off("SIGINT", listen) };
}
