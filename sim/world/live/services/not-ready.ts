// A service, or a program that it needs, is missing or does not answer: exit code 115. The message names
// what to install or to start, so whoever catches it only prints it.
export class ServicesNotReady extends Error {}

/** The service cannot do this in this mode (killing what was given): exit code 104. */
export class ServiceCannot extends Error {}
