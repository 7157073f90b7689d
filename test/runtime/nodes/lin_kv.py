"""A lin-kv node in another language: it holds nothing itself and asks the service lin-kv, on behalf of its clients."""
import json
import sys

node = None
next_id = 0
waiting = {}


def send(dest, body):
    print(json.dumps({"src": node, "dest": dest, "body": body}), flush=True)


for line in sys.stdin:
    message = json.loads(line)
    body = message["body"]
    if body["type"] == "init":
        node = body["node_id"]
        print("I am " + node, file=sys.stderr, flush=True)
        send(message["src"], {"type": "init_ok", "in_reply_to": body["msg_id"]})
    elif body.get("in_reply_to") in waiting:
        client, msg_id = waiting.pop(body["in_reply_to"])
        send(client, {**body, "in_reply_to": msg_id})
    else:
        next_id += 1
        waiting[next_id] = (message["src"], body["msg_id"])
        send("lin-kv", {**body, "msg_id": next_id})
