// Hands out tokens over HTTP, on this machine only: GET /ticket/USER. The messenger itself never issues one; who signs
// in is decided outside of it.
import { createServer, type Server } from "node:http";
import { isLocal } from "../live/local-only.ts";
import type { Ticket } from "./memory-cluster.ts";

const PATH = /^\/ticket\/([1-9]\d{0,5})$/;

export function openTicketDoor(
  port: number,
  people: number,
  ticket: (user: number) => Promise<Ticket>,
): Promise<Server> {
  const server = createServer((request, response) => {
    const answer = (status: number, body: object): void => {
      response.writeHead(status, { "content-type": "application/json" });
      response.end(`${JSON.stringify(body)}\n`);
    };
    const user = Number(PATH.exec(request.url ?? "")?.[1]);
    if (!isLocal(request)) answer(403, { error: "from this machine only" });
    else if (request.method !== "GET" || !(user <= people))
      answer(404, { error: `GET /ticket/USER, with a user from 1 to ${people}` });
    else
      ticket(user).then(
        (given) => answer(200, given),
        () => answer(500, { error: "no token could be made" }),
      );
  });
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => resolve(server));
  });
}
