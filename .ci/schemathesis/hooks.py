"""Values that exist on the mock server, and resets of its state.

openapi.json describes valid requests, but it does not know which buckets exist. This file adds such values as examples to
the copy of the document that schemathesis loads.
"""

import os

import requests
import schemathesis

URL = os.environ["MOCK_URL"]
AUTHORIZATION = {"Authorization": "Bearer demo-access-token"}

# Operations that can invalidate the demo user's token.
INVALIDATING = {"auth_revoke", "tokens_remove", "user_delete"}

# Operations that cannot succeed: the demo user owns buckets, and a schema cannot produce a one-time password.
UNREACHABLE = {"user_delete", "user_otp_disable", "user_otp_enable"}

# Values of fields, path parameters and query parameters by name.
VALUES = {
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

# Values for a single operation.
OPERATION_VALUES = {
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
    response = requests.request(method, URL + path, json=body, headers=AUTHORIZATION, timeout=10)
    response.raise_for_status()
    return response.json() if response.content else None


def reset():
    """Resets the mock server and creates one object of each kind. Returns their IDs, which are always the same."""
    send("POST", "/mock/reset")
    bucket = next(bucket["_id"] for bucket in send("GET", "/api/bucket/") if bucket["name"] == "production")
    base = f"/api/bucket/{bucket}"
    send("POST", f"{base}/add_user", {"email": OPERATION_VALUES["bucket_remove_invitation"]["email"]})
    send("POST", f"{base}/payment/subscribe", {"plan": VALUES["plan"]})
    send("POST", "/api/users/integrations", {"name": OPERATION_VALUES["user_providers_remove"]["name"]})
    send("POST", "/api/oauth/send_email_link")
    alert = {"actions": [], "initiator": "latency", "name": "slow", "options": {}, "scope": {}, "type": "metric"}
    application = {"domains": ["example.com"], "name": "shop"}
    webcheck = {"alerts": [], "interval": 60, "name": "site", "retry": {}, "source": {}, "target": {}, "timeout": 5}
    analyzed = send("POST", f"{base}/alerts/analyzer", {})[0]
    ids = {
        "id": bucket,
        "alert": send("POST", f"{base}/alerts", alert)["_id"],
        "application": send("POST", f"{base}/applications", application)["_id"],
        "dashid": send("PUT", f"{base}/dashboard/", {"children": [], "name": "first"})["_id"],
        "filename": send("POST", f"{base}/data/profilings", {})["data"][0]["filename"],
        "identifier": send("POST", f"{base}/data/issues/list", {})[0]["identifier"],
        "notification": send("POST", f"{base}/data/notifications", {})[0]["_id"],
        "token": send("GET", "/mock/mails")[0]["token"],
        "trace": send("POST", f"{base}/data/traces", {})[0]["id"],
        "webcheck": send("POST", f"{base}/webchecks", webcheck)["_id"],
    }
    ids_by_operation = {
        "bucket_alert_analyzer_edit_state": {"alert": analyzed["_id"]},
        "bucket_alert_analyzer_update_config": {"alert": analyzed["analyzer"]},
        "tokens_remove": {"id": send("GET", "/api/users/token/")[0]["_id"]},
    }
    return ids, ids_by_operation


def add_examples(schema, values):
    """Adds examples to the fields of a schema."""
    for name, field in schema.get("properties", {}).items():
        if name in values and field.get("type") in ("string", "boolean") and "enum" not in field:
            field["example"] = values[name]
        add_examples(field, values)
        add_examples(field.get("items", {}), values)


@schemathesis.hook
def before_load_schema(context, raw_schema):
    ids, ids_by_operation = reset()
    for schema in raw_schema["components"]["schemas"].values():
        add_examples(schema, VALUES)
    for operations in raw_schema["paths"].values():
        for operation in operations.values():
            operation_id = operation["operationId"]
            values = VALUES | ids | OPERATION_VALUES.get(operation_id, {}) | ids_by_operation.get(operation_id, {})
            for parameter in operation.get("parameters", []):
                if parameter["name"] in values:
                    parameter["example"] = values[parameter["name"]]
            for content in operation.get("requestBody", {}).get("content", {}).values():
                add_examples(content["schema"], values)


tested = None


@schemathesis.hook
def before_call(context, case, kwargs):
    """Resets the mock server before each operation. The steps of a stateful test share one state."""
    global tested
    now = "stateful" if case.meta and case.meta.phase.name == "stateful" else case.operation.label
    if now != tested:
        reset()
        tested = now


@schemathesis.hook
def after_call(context, case, response):
    if case.operation.definition.raw.get("operationId") in INVALIDATING and response.status_code < 400:
        reset()


@schemathesis.check
def valid_requests_reach_the_handler(ctx, response, case):
    """Handlers may reject a valid request. The server rejects only invalid requests, and lists `details` for them."""
    is_as_documented = case.meta is not None and case.meta.generation.mode.is_positive
    if is_as_documented and response.status_code in (400, 413, 415):
        assert b'"details"' not in response.content and response.status_code == 400, response.text


@schemathesis.check
class EveryOperationSucceeds:
    """Checks that every operation has succeeded at least once, so that the tests did not only cover errors."""

    def __init__(self):
        self.tested = set()
        self.succeeded = set()

    def after_response(self, ctx, response, case):
        name = case.operation.definition.raw["operationId"]
        self.tested.add(name)
        # The coverage phase also sends other methods. The CORS layer of the mock server accepts `OPTIONS` everywhere.
        is_operation = case.method.upper() == case.operation.method.upper()
        if is_operation and response.status_code < 400:
            self.succeeded.add(name)

    def after_run(self, ctx):
        missed = self.tested - self.succeeded
        assert missed == UNREACHABLE & self.tested, sorted(missed ^ (UNREACHABLE & self.tested))
