"""What schemathesis has to know of the mock server: values that mean something there, and when to start anew.

The document says what a request may hold; which buckets there are is not its business. So everything here is added to the
copy of it that schemathesis reads, as examples.
"""

import os

import requests
import schemathesis

URL = os.environ["MOCK_URL"]
AUTHORIZATION = {"Authorization": "Bearer demo-access-token"}

# After these the demo user's token may be good no more.
SIGNING_OFF = {"auth_revoke", "tokens_remove", "user_delete"}

# What the demo user cannot succeed at: it owns buckets, and no schema can tell a one-time password.
OUT_OF_REACH = {"user_delete", "user_otp_disable", "user_otp_enable"}

# Values of fields, and of parameters of paths and queries, by name.
KNOWN = {
    "aggregateBy": "servers",
    "app_name": "api",
    "card_id": "card_1",
    "client_id": "schemathesis",
    "email": "ada@example.com",
    "feedback": "fine",
    "name": "slack",
    "new_owner": "ada@example.com",
    "plan": "pro",
    "refresh_token": "demo-refresh-token",
    "role": "admin",
    "server_name": "web-1",
    "version": "22.0.0",
}

# The same for one operation alone.
KNOWN_TO = {
    "auth_register": {
        "accept_terms": True,
        "email": "new@example.com",
        "password": "secret",
        "password_confirmation": "secret",
        "username": "new",
    },
    "bucket_remove_invitation": {"email": "grace@example.com"},
    "bucket_server_delete_server": {"server_name": "retired-1"},
    "user_providers_remove": {"name": "github"},
    "user_show": {"id": "demo"},
}


def send(method, path, body=None):
    answer = requests.request(method, URL + path, json=body, headers=AUTHORIZATION, timeout=10)
    answer.raise_for_status()
    return answer.json() if answer.content else None


def start_anew():
    """Makes everything as it was at the start, and one thing of each kind. Returns their ids, which are always the same."""
    send("POST", "/mock/reset")
    bucket = next(bucket["_id"] for bucket in send("GET", "/api/bucket/") if bucket["name"] == "production")
    home = f"/api/bucket/{bucket}"
    send("POST", f"{home}/add_user", {"email": KNOWN_TO["bucket_remove_invitation"]["email"]})
    send("POST", f"{home}/payment/subscribe", {"plan": KNOWN["plan"]})
    send("POST", "/api/users/integrations", {"name": KNOWN_TO["user_providers_remove"]["name"]})
    send("POST", "/api/oauth/send_email_link")
    alert = {"actions": [], "initiator": "latency", "name": "slow", "options": {}, "scope": {}, "type": "metric"}
    application = {"domains": ["example.com"], "name": "shop"}
    webcheck = {"alerts": [], "interval": 60, "name": "site", "retry": {}, "source": {}, "target": {}, "timeout": 5}
    analyzed = send("POST", f"{home}/alerts/analyzer", {})[0]
    ids = {
        "id": bucket,
        "alert": send("POST", f"{home}/alerts", alert)["_id"],
        "application": send("POST", f"{home}/applications", application)["_id"],
        "dashid": send("PUT", f"{home}/dashboard/", {"children": [], "name": "first"})["_id"],
        "filename": send("POST", f"{home}/data/profilings", {})["data"][0]["filename"],
        "identifier": send("POST", f"{home}/data/issues/list", {})[0]["identifier"],
        "notification": send("POST", f"{home}/data/notifications", {})[0]["_id"],
        "token": send("GET", "/mock/mails")[0]["token"],
        "trace": send("POST", f"{home}/data/traces", {})[0]["traceId"],
        "webcheck": send("POST", f"{home}/webchecks", webcheck)["_id"],
    }
    ids_of = {
        "bucket_alert_analyzer_edit_state": {"alert": analyzed["_id"]},
        "bucket_alert_analyzer_update_config": {"alert": analyzed["analyzer"]},
        "tokens_remove": {"id": send("GET", "/api/users/token/")[0]["_id"]},
    }
    return ids, ids_of


def illustrate(schema, values):
    """Gives examples to the fields of a schema."""
    for name, field in schema.get("properties", {}).items():
        if name in values and field.get("type") in ("string", "boolean") and "enum" not in field:
            field["example"] = values[name]
        illustrate(field, values)
        illustrate(field.get("items", {}), values)


@schemathesis.hook
def before_load_schema(context, raw_schema):
    ids, ids_of = start_anew()
    for schema in raw_schema["components"]["schemas"].values():
        illustrate(schema, KNOWN)
    for operations in raw_schema["paths"].values():
        for operation in operations.values():
            own = operation["operationId"]
            values = KNOWN | ids | KNOWN_TO.get(own, {}) | ids_of.get(own, {})
            for parameter in operation.get("parameters", []):
                if parameter["name"] in values:
                    parameter["example"] = values[parameter["name"]]
            for content in operation.get("requestBody", {}).get("content", {}).values():
                illustrate(content["schema"], values)


tested = None


@schemathesis.hook
def before_call(context, case, kwargs):
    """Every operation finds what is known to be there; only steps that belong together see what the ones before have done."""
    global tested
    now = "stateful" if case.meta and case.meta.phase.name == "stateful" else case.operation.label
    if now != tested:
        start_anew()
        tested = now


@schemathesis.hook
def after_call(context, case, response):
    if case.operation.definition.raw.get("operationId") in SIGNING_OFF and response.status_code < 400:
        start_anew()


@schemathesis.check
def stubs_take_what_is_documented(ctx, response, case):
    """A stub may refuse what it cannot do. The server before it refuses, with details, what is not as documented only."""
    is_as_documented = case.meta is not None and case.meta.generation.mode.is_positive
    if is_as_documented and response.status_code in (400, 413, 415):
        assert b'"details"' not in response.content and response.status_code == 400, response.text


@schemathesis.check
class EverythingIsReached:
    """Every operation has succeeded at least once, so that all of what is above has been tested, not refusals alone."""

    def __init__(self):
        self.tested = set()
        self.reached = set()

    def after_response(self, ctx, response, case):
        name = case.operation.definition.raw["operationId"]
        self.tested.add(name)
        if response.status_code < 400:
            self.reached.add(name)

    def after_run(self, ctx):
        missed = self.tested - self.reached
        assert missed == OUT_OF_REACH & self.tested, sorted(missed ^ (OUT_OF_REACH & self.tested))
