"""A client written from server/protocol/asyncapi.yaml alone: client.py URL TOKEN. Commands come as JSON
lines on stdin, events go as JSON lines to stdout. It keeps everything in memory, so each start is a new
device, and has one message of each log in flight at a time."""
import asyncio, base64, json, random, sys, time
from operator import itemgetter

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from websockets import ConnectionClosed, InvalidHandshake, connect

KINDS = ["text", "image", "voice", "file"]
LATER = {"unavailable", "busy", "not-connected", "rate", "internal"}
log_of = itemgetter("chat", "device")


def nonce_and_data(at):
    device, n = at["device"].to_bytes(6, "big"), at["n"].to_bytes(5, "big")
    data = at["chat"].to_bytes(6, "big") + at["from"].to_bytes(8, "big") + device + n
    data += at["keyVersion"].to_bytes(4, "big") + bytes([KINDS.index(at["kind"]), 0])
    return device + n + bytes([0]), data


def seal(key, at, text):
    nonce, data = nonce_and_data(at)
    return base64.b64encode(AESGCM(base64.b64decode(key)).encrypt(nonce, text.encode(), data)).decode()


def unseal(key, at, sealed):
    nonce, data = nonce_and_data(at)
    try:
        return AESGCM(base64.b64decode(key)).decrypt(nonce, base64.b64decode(sealed), data).decode()
    except (InvalidTag, UnicodeDecodeError):
        return "(damaged)"


def tell(type, **fields):
    print(json.dumps({"type": type, **fields}), flush=True)


def only(frame, *names):
    return {name: frame[name] for name in names}


class Client:
    def __init__(self, url, token):
        claims = json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "=="))
        self.url, self.token, self.user, self.device = url, token, int(claims["sub"]), claims["dev"]
        self.ws, self.counter, self.attempt, self.offset, self.highest = None, 0, 0, 0, 0
        self.reconnect, self.beat = {"baseMs": 500, "capMs": 15000}, 25
        self.friends, self.outbox, self.last_n = {}, {}, {}  # by user; by chat
        self.held, self.shown, self.reads = {}, {}, {}  # by log

    def now(self):
        return int(time.monotonic() * 1000) + self.offset

    async def post(self, frame, after_ms=0):
        """What is lost with a connection is repeated behind the next `connected`."""
        ws = self.ws
        await asyncio.sleep(after_ms / 1000)
        if frame and ws and ws is self.ws:
            try:
                await ws.send(json.dumps(frame))
            except ConnectionClosed:
                pass

    async def run(self):
        code = None
        while code not in (4401, 4409):
            code = None
            try:
                async with connect(self.url, subprotocols=["chatquake.v1.json"], open_timeout=5) as ws:
                    await self.session(ws)
            except (OSError, TimeoutError, InvalidHandshake, ConnectionClosed) as error:
                code = error.rcvd.code if getattr(error, "rcvd", None) else None
            self.ws = None
            tell("closed", code=code)
            ceiling = min(self.reconnect["capMs"], self.reconnect["baseMs"] * 2**self.attempt)
            self.attempt = min(self.attempt + 1, 16)
            await asyncio.sleep(random.random() * ceiling / 1000)

    async def session(self, ws):
        self.counter += 1
        await ws.send(json.dumps({"type": "connect", "token": self.token, "counter": self.counter}))
        logs = [[*log, n] for log, n in self.held.items() if n > 0]
        for at in range(0, len(logs) + 1, 1000):
            page = {"type": "have", "logs": logs[at : at + 1000], "more": at + 1000 <= len(logs)}
            await ws.send(json.dumps(page))
        answered = asyncio.Event()
        beats = asyncio.create_task(self.heartbeat(ws, answered))
        try:
            async for text in ws:
                answered.set()
                await self.hear(ws, json.loads(text))
        finally:
            beats.cancel()

    async def heartbeat(self, ws, answered):
        """A word within 5 s (`connected`), and within 10 s of each `ping`; otherwise the node is dead."""
        patience = 5
        while True:
            try:
                await asyncio.wait_for(answered.wait(), patience)
            except TimeoutError:
                return ws.transport.abort()
            await asyncio.sleep(self.beat * (1 if patience == 10 else random.random()))
            patience = 10
            answered.clear()
            await self.post({"type": "ping"})

    async def hear(self, ws, frame):
        match frame["type"]:
            case "connected":
                self.ws, self.offset = ws, frame["serverTime"] - int(time.monotonic() * 1000)
                self.reconnect, self.beat = frame["reconnect"], frame["heartbeatMs"] / 1000
                heads = [queue[0] for queue in self.outbox.values() if queue]
                for again in heads + list(self.reads.values()):
                    await self.post(again)
            case "log":
                self.held[log_of(frame)] = max(frame["start"], self.held.get(log_of(frame), 0))
            case "message":
                await self.message(frame)
            case "receipt":
                if frame["n"] > self.shown.get(log_of(frame), 0):
                    self.shown[log_of(frame)] = frame["n"]
                    tell(**frame)
                await self.post({"type": "receipt-ok", **only(frame, "chat", "device", "n")})
            case "sent":
                queue = self.outbox.get(frame["chat"])
                if queue and queue[0]["n"] == frame["n"]:
                    tell(**frame, kind=queue.pop(0)["kind"])
                    await self.post(queue and queue[0])
            case "refused" | "unsure":
                self.not_done(frame, frame["re"], frame.get("code"))
            case "going-away":
                wait = random.random() * frame["withinMs"] / 2000
                asyncio.get_running_loop().call_later(wait, ws.transport.close)
            case type:
                if type == "roster":
                    self.friends |= {friend["user"]: friend for friend in frame["friends"]}
                elif type == "synced":
                    self.attempt = 0
                elif type == "read-ok" and self.reads.get(log_of(frame), frame)["n"] <= frame["n"]:
                    self.reads.pop(log_of(frame), None)
                tell(**frame)

    async def message(self, frame):
        held = self.held.get(log_of(frame), 0)
        friend = next((each for each in self.friends.values() if each["chat"] == frame["chat"]), None)
        if frame["n"] <= held:
            return
        if frame["n"] > held + 1 or friend is None:  # a hole, or a key that has not come: begin anew
            return await self.ws.close()
        self.held[log_of(frame)] = frame["n"]
        self.highest = max(self.highest, frame["sentAt"])
        if frame["kind"] != "void":
            tell(**frame, text=unseal(friend["key"], frame, frame.get("body", "")))
        await self.post({"type": "received", **only(frame, "chat", "device", "n")})

    def not_done(self, frame, re, code):
        """Repeats what may be repeated; a message that is refused for good leaves a `void` under its n."""
        final, queue = code is not None and code not in LATER, self.outbox.get(re.get("chat"))
        tell(**frame)
        if re["type"] == "send" and queue and queue[0]["n"] == re["n"] and code != "forked":
            head = queue[0]
            void = {"type": "send", "kind": "void", **only(head, "chat", "n", "sentAt", "keyVersion")}
            if code == "gap":  # what is expected is lower only where a store has lost what was confirmed
                queue[:0] = [void | {"n": n} for n in range(frame["expected"], head["n"])]
            elif code == "clock-ahead":
                queue[0] = void | {"sentAt": self.now()}
            elif final:
                queue[:1] = [] if head["kind"] == "void" else [void]
            again = queue and queue[0]
        else:
            again = None if final else self.reads.get(log_of(re)) if re["type"] == "read" else re
        asyncio.create_task(self.post(again, frame.get("retryAfterMs", 1000)))

    async def send(self, command):
        friend, self.highest = self.friends[command["user"]], max(self.now(), self.highest) + 1
        n = self.last_n[friend["chat"]] = self.last_n.get(friend["chat"], 0) + 1
        place = {**only(friend, "chat", "keyVersion"), "n": n, "kind": "text"}
        body = seal(friend["key"], {**place, "from": self.user, "device": self.device}, command["text"])
        frame = {"type": "send", **place, "sentAt": self.highest, "body": body}
        self.outbox.setdefault(friend["chat"], []).append(frame)
        await self.post(frame if self.outbox[friend["chat"]][0] is frame else None)

    async def read(self, command):
        self.reads[log_of(command)] = command | {"readAt": self.now()}
        await self.post(self.reads[log_of(command)])


async def main(url, token):
    client = Client(url, token)
    life = asyncio.create_task(client.run())
    while line := await asyncio.to_thread(sys.stdin.readline):
        command = json.loads(line)  # send, read, or a frame as it is: befriend, accept
        await {"send": client.send, "read": client.read}.get(command["type"], client.post)(command)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
