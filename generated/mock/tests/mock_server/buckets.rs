//! Buckets, their members and their resources.

use http::{Method, StatusCode};
use pm2_api::bucket::{self, alert, application, server, webcheck};
use pm2_api::dashboard;
use pm2_api::types::AlertHook;
use serde_json::{Value, json};

use crate::support::{id_of, object, start, status};
use pm2_mock::DEMO_ACCESS_TOKEN;

const UNKNOWN: &str = "0123456789abcdef01234567";

#[tokio::test]
async fn a_bucket_is_created_retrieved_updated_and_destroyed() {
    let server = start().await;
    let buckets = server.client.bucket();
    let created = buckets.create(&bucket::CreateBody::new("new")).await.expect("a bucket");
    let created = created.bucket.clone().expect("a bucket");
    let id = created.id.expect("an id");
    assert!(id.len() == 24 && id.bytes().all(|byte| byte.is_ascii_hexdigit()), "{id}");
    assert!(created.public_id.is_some() && created.secret_id.is_some());
    assert_eq!(buckets.retrieve_all().await.expect("the buckets").len(), 4);

    let found = buckets.retrieve(&id).await.expect("the bucket");
    let endpoints = found.node.clone().and_then(|node| node.endpoints).expect("endpoints");
    assert_eq!(endpoints.web, Some(server.base_url()));
    let change = bucket::UpdateBody { comment: Some("c".into()), name: Some("other".into()), ..Default::default() };
    buckets.update(&id, &change).await.expect("success");
    let found = buckets.retrieve(&id).await.expect("the bucket");
    assert_eq!((found.name.as_deref(), &found.other["comment"]), (Some("other"), &json!("c")));
    let without_changes = buckets.update(&id, &bucket::UpdateBody::default()).await;
    assert_eq!(status(without_changes), (400, Some(bucket::UpdateError::BadRequest)));

    buckets.destroy(&id).await.expect("success");
    assert_eq!(status(buckets.retrieve(&id).await).0, 400, "no error is documented");
}

#[tokio::test]
async fn the_list_of_buckets_accepts_a_body_and_needs_no_trailing_slash() {
    let server = start().await;
    let (code, with) = server.send(Method::GET, "/api/bucket/", DEMO_ACCESS_TOKEN, &json!({})).await;
    assert_eq!((code, with.as_array().map(Vec::len)), (StatusCode::OK, Some(3)));
    let (code, without) = server.send(Method::GET, "/api/bucket", DEMO_ACCESS_TOKEN, &json!({})).await;
    assert_eq!((code, without), (StatusCode::OK, with));
}

#[tokio::test]
async fn strangers_and_unknown_ids_get_a_documented_error_if_there_is_one() {
    let server = start().await;
    let research = server.bucket_id("research").await;
    let buckets = server.client.bucket();
    assert_eq!(status(buckets.retrieve(UNKNOWN).await).0, 400, "no error is documented");
    assert_eq!(status(buckets.retrieve("short").await).0, 400);
    assert_eq!(status(buckets.destroy(&research).await).0, 403, "demo does not own it");
    let boards = server.client.dashboard().retrieve_all(UNKNOWN).await;
    assert_eq!(status(boards), (400, Some(dashboard::RetrieveAllError::BadRequest)), "404 is not documented");

    buckets.create(&bucket::CreateBody::new("mine")).await.expect("a bucket");
    let mine = server.bucket_id("mine").await;
    let mallory = pm2_api::auth::RegisterBody::new("mallory", "mallory@example.com", "p", true);
    let registered = server.client.auth().register(&mallory).await.expect("an account");
    let token = registered.access_token.clone().and_then(|issued| issued.token).expect("a token");
    let stranger = crate::support::client(server.address, token.expose());
    assert_eq!(status(stranger.bucket().retrieve(&mine).await).0, 403);
    let invite = bucket::InviteUserBody::new("x@example.com");
    let invited = stranger.bucket().invite_user(&mine, &invite).await;
    assert_eq!(status(invited), (403, Some(bucket::InviteUserError::Forbidden)));
    let alert = stranger.bucket().alert().get(&mine, "a").await;
    assert_eq!(status(alert), (404, Some(alert::GetError::NotFound)), "403 is not documented");
}

#[tokio::test]
async fn members_are_invited_promoted_and_removed() {
    let server = start().await;
    let (id, buckets) = (server.bucket_id("staging").await, server.client.bucket());
    let ada = "ada@example.com";
    let invited = buckets.invite_user(&id, &bucket::InviteUserBody::new(ada)).await.expect("success");
    assert_eq!(invited.invitations, Some(Vec::new()), "a user with an account becomes a member at once");
    let invalid = buckets.invite_user(&id, &bucket::InviteUserBody::new("nowhere")).await;
    assert_eq!(status(invalid), (400, Some(bucket::InviteUserError::BadRequest)));

    let members = buckets.set_user_role(&id, &bucket::SetUserRoleBody::new(ada, "admin")).await.expect("the members");
    let role =
        members.iter().find(|member| member.email.as_deref() == Some(ada)).and_then(|member| member.roles.clone());
    assert_eq!(role, Some(json!(["admin"])));
    let owner = buckets.set_user_role(&id, &bucket::SetUserRoleBody::new("demo@example.com", "user")).await;
    assert_eq!(status(owner), (403, Some(bucket::SetUserRoleError::Forbidden)));
    let unknown = buckets.set_user_role(&id, &bucket::SetUserRoleBody::new(ada, "queen")).await;
    assert_eq!(status(unknown), (400, Some(bucket::SetUserRoleError::BadRequest)));
    let quiet = bucket::SetNotificationStateBody::new(ada, bucket::SetNotificationStateBodyState::None);
    let members = buckets.set_notification_state(&id, &quiet).await.expect("the members");
    let notifications = members.iter().find(|member| member["email"] == ada).map(|member| &member["notifications"]);
    assert_eq!(notifications, Some(&json!("none")));
    assert_eq!(buckets.retrieve_users(&id).await.expect("the members").len(), 2);

    let left = buckets.remove_user(&id, &bucket::RemoveUserBody::new(ada)).await.expect("the members");
    assert_eq!(left.len(), 1);
    let again = buckets.remove_user(&id, &bucket::RemoveUserBody::new(ada)).await;
    assert_eq!(status(again), (404, Some(bucket::RemoveUserError::NotFound)));

    let grace = bucket::InviteUserBody::new("grace@example.com");
    assert_eq!(buckets.invite_user(&id, &grace).await.expect("success").invitations.as_ref().map(Vec::len), Some(1));
    let query = bucket::RemoveInvitationQuery { email: Some("grace@example.com".into()) };
    assert_eq!(buckets.remove_invitation(&id, &query).await.expect("success").invitations, Some(Vec::new()));
    let again = buckets.remove_invitation(&id, &query).await;
    assert_eq!(status(again), (400, Some(bucket::RemoveInvitationError::BadRequest)));
    let nobody = buckets.transfer_ownership(&id, &bucket::TransferOwnershipBody::new("nobody@example.com")).await;
    assert_eq!(status(nobody), (404, Some(bucket::TransferOwnershipError::NotFound)));
    buckets.transfer_ownership(&id, &bucket::TransferOwnershipBody::new(ada)).await.expect("success");
    assert_eq!(buckets.current_role(&id).await.expect("a role").role.as_deref(), Some("admin"));
}

#[tokio::test]
async fn an_admin_who_leaves_a_bucket_gets_the_remaining_members() {
    let server = start().await;
    let id = server.bucket_id("staging").await;
    let grace = pm2_api::auth::RegisterBody::new("grace", "grace@example.com", "p", true);
    let registered = server.client.auth().register(&grace).await.expect("an account");
    let token = registered.access_token.clone().and_then(|issued| issued.token).expect("a token");
    let buckets = server.client.bucket();
    buckets.invite_user(&id, &bucket::InviteUserBody::new("grace@example.com")).await.expect("success");
    let role = bucket::SetUserRoleBody::new("grace@example.com", "admin");
    buckets.set_user_role(&id, &role).await.expect("the members");

    let grace = crate::support::client(server.address, token.expose());
    let leave = bucket::RemoveUserBody::new("grace@example.com");
    let remaining = grace.bucket().remove_user(&id, &leave).await.expect("the members");
    assert_eq!(remaining.len(), 1);
    assert_eq!(status(grace.bucket().retrieve(&id).await).0, 403);
}

fn alert_body() -> alert::CreateBody {
    serde_json::from_value(json!({
        "name": "slow", "initiator": "nodejs", "type": "metric", "scope": { "apps": ["api"] },
        "options": { "operator": ">", "threshold": 5, "act": "always" }, "actions": [{ "type": "email" }],
    }))
    .expect("a body")
}

#[tokio::test]
async fn an_alert_is_created_updated_and_deleted() {
    let server = start().await;
    let (id, alerts) = (server.bucket_id("staging").await, server.client.bucket().alert());
    let alert = id_of(&alerts.create(&id, &alert_body()).await.expect("success"));
    assert_eq!(alerts.list(&id).await.expect("the alerts")[0]["name"], "slow");
    let change = alert::UpdateAlertBody { enabled: Some(false), ..Default::default() };
    alerts.update_alert(&id, &alert, &change).await.expect("success");
    let found = alerts.get(&id, &alert).await.expect("the alert");
    let threshold = found.options.as_ref().and_then(|options| options.threshold);
    assert_eq!((found.enabled, threshold), (Some(false), Some(5.0)));
    let nothing = alerts.update_alert(&id, &alert, &alert::UpdateAlertBody::default()).await;
    assert_eq!(status(nothing), (400, Some(alert::UpdateAlertError::BadRequest)));
    assert_eq!(alerts.trigger_sample(&id, &alert).await.expect("success").status(), StatusCode::ACCEPTED);
    assert_eq!(alerts.delete(&id, &alert).await.expect("success").status(), StatusCode::NO_CONTENT);
    assert_eq!(status(alerts.get(&id, &alert).await), (404, Some(alert::GetError::NotFound)));
    let result = alerts.trigger_sample(&id, &alert).await;
    assert_eq!(status(result), (404, Some(alert::TriggerSampleError::NotFound)));
}

#[tokio::test]
async fn the_number_of_resources_is_limited() {
    let server = start().await;
    let (id, applications) = (server.bucket_id("staging").await, server.client.bucket().application());
    let body = application::CreateBody::new("shop", Vec::new());
    for _ in 0..1_000 {
        applications.create(&id, &body).await.expect("success");
    }
    assert_eq!(status(applications.create(&id, &body).await), (400, Some(application::CreateError::BadRequest)));
}

#[tokio::test]
async fn analyzer_alerts_and_hooks_are_updated() {
    let server = start().await;
    let (id, alerts) = (server.bucket_id("staging").await, server.client.bucket().alert());
    let raised = alerts.analyzer().list(&id, &Default::default()).await.expect("the alerts");
    let edited = alerts.analyzer().edit_state(&id, &id_of(&raised[0]), &alert::analyzer::EditStateBody::new(true));
    assert_eq!(edited.await.expect("success").raw(), "");
    let listed = alerts.analyzer().list(&id, &Default::default()).await.expect("the alerts");
    assert_eq!(listed[0]["useful"], true);
    let analyzer = raised[0]["analyzer"].as_str().expect("an id");
    let config = alert::analyzer::UpdateConfigBody::new(Default::default(), 9.0, 5.0);
    assert_eq!(alerts.analyzer().update_config(&id, analyzer, &config).await.expect("success").status(), 200);

    let hook = |url: Option<&str>| AlertHook { active: Some(true), url: url.map(str::to_owned), ..Default::default() };
    let without = alerts.update_slack(&id, &alert::UpdateSlackBody::new(hook(None))).await;
    assert_eq!(status(without), (400, Some(alert::UpdateSlackError::BadRequest)));
    let url = Some("https://example.com/hook");
    alerts.update_slack(&id, &alert::UpdateSlackBody::new(hook(url))).await.expect("success");
    let response = alerts.update_webhooks(&id, &alert::UpdateWebhooksBody::new(hook(url))).await.expect("success");
    let shown = response.bucket.clone().and_then(|bucket| bucket.integrations).expect("the hooks");
    assert_eq!((shown.slack, shown.webhooks), (Some(hook(url)), Some(hook(url))));
    let triggers = object(json!({ "restart": true }));
    let response = alerts.update(&id, &alert::UpdateBody::new(triggers.clone())).await.expect("success");
    assert_eq!(response.triggers.as_ref(), Some(&triggers));
    let bucket = server.client.bucket().retrieve(&id).await.expect("the bucket");
    assert_eq!(bucket.triggers.as_ref(), Some(&triggers));
}

#[tokio::test]
async fn a_web_check_is_created_updated_and_deleted() {
    let server = start().await;
    let (id, checks) = (server.bucket_id("staging").await, server.client.bucket().webcheck());
    let body: webcheck::CreateBody = serde_json::from_value(json!({
        "name": "site", "alerts": [], "interval": 60, "timeout": 5, "retry": { "max": 2 },
        "source": { "region": "eu-west-1" }, "target": { "type": "https", "address": "example.com" },
    }))
    .expect("a body");
    let check = id_of(&checks.create(&id, &body).await.expect("success"));
    assert_eq!(checks.get(&id, &check).await.expect("the check").name.as_deref(), Some("site"));
    let change = webcheck::UpdateBody { application: Some("shop".into()), ..Default::default() };
    checks.update(&id, &check, &change).await.expect("success");
    for (application, count) in [("shop", 1), ("blog", 0)] {
        let query = webcheck::ListQuery { application: Some(application.into()) };
        let listed = checks.list(&id, &query).await.expect("the checks");
        assert_eq!(listed.as_array().map(Vec::len), Some(count), "{application}");
    }
    let metrics = checks.get_metrics(&id, &check, &Default::default()).await.expect("the metrics");
    assert_eq!(metrics[0]["values"].as_array().map(Vec::len), Some(60));
    assert!(checks.list_regions(&id).await.expect("the regions").is_array());
    assert_eq!(checks.delete(&id, &check).await.expect("success").status(), StatusCode::NO_CONTENT);
    assert_eq!(status(checks.get(&id, &check).await), (404, Some(webcheck::GetError::NotFound)));
}

#[tokio::test]
async fn an_application_is_created_updated_and_deleted() {
    let server = start().await;
    let (id, applications) = (server.bucket_id("staging").await, server.client.bucket().application());
    let body = application::CreateBody::new("shop", vec!["example.com".to_owned()]);
    let app = id_of(&applications.create(&id, &body).await.expect("success"));
    let change = application::UpdateBody { name: Some("store".into()), ..Default::default() };
    applications.update(&id, &app, &change).await.expect("success");
    let found = applications.get(&id, &app).await.expect("the application");
    assert_eq!((found.name.as_deref(), &found.domains), (Some("store"), &Some(vec!["example.com".to_owned()])));
    let screenshot = applications.get_preview(&id, &app).await.expect("the screenshot").into_inner();
    assert!(screenshot.bytes().await.expect("the image").starts_with(b"GIF89a"));
    assert_eq!(
        status(applications.get_preview(&id, "other").await),
        (404, Some(application::GetPreviewError::NotFound))
    );
    applications.delete(&id, &app).await.expect("success");
    assert_eq!(*applications.list(&id).await.expect("the applications"), json!([]));
    let gone = applications.update(&id, &app, &change).await;
    assert_eq!(status(gone), (400, Some(application::UpdateError::BadRequest)), "404 is not documented");
}

#[tokio::test]
async fn a_dashboard_is_created_updated_and_deleted() {
    let server = start().await;
    let (id, dashboards) = (server.bucket_id("staging").await, server.client.dashboard());
    let child = object(json!({ "type": "chart" }));
    let made =
        dashboards.create(&id, &dashboard::CreateBody::new("first", vec![child.clone()])).await.expect("a dashboard");
    let dashboard = made.id.clone().expect("an id");
    let body = dashboard::UpdateBody::new("second", vec![child.clone(), child]);
    dashboards.update(&id, &dashboard, &body).await.expect("success");
    let found = dashboards.retrieve(&id, &dashboard).await.expect("the dashboard");
    assert_eq!((found[0].name.as_deref(), found[0].children.as_ref().map(Vec::len)), (Some("second"), Some(2)));
    assert_eq!(dashboards.retrieve_all(&id).await.expect("the dashboards").len(), 1);
    assert!(dashboards.remove(&id, &dashboard).await.expect("success").is_empty());
    assert_eq!(status(dashboards.retrieve(&id, &dashboard).await), (404, Some(dashboard::RetrieveError::NotFound)));
    assert_eq!(status(dashboards.update(&id, &dashboard, &body).await), (404, Some(dashboard::UpdateError::NotFound)));
}

#[tokio::test]
async fn only_an_inactive_server_can_be_deleted() {
    let server = start().await;
    let (id, servers) = (server.bucket_id("production").await, server.client.bucket().server());
    let delete = |name: &str| server::DeleteServerBody::new(name);
    let active = servers.delete_server(&id, &delete("web-1")).await;
    assert_eq!(status(active), (406, Some(server::DeleteServerError::NotAcceptable)));
    assert_eq!(servers.delete_server(&id, &delete("retired-1")).await.expect("success").success, Some(true));
    let result = servers.delete_server(&id, &delete("retired-1")).await;
    assert_eq!(status(result), (400, Some(server::DeleteServerError::BadRequest)));
}

#[tokio::test]
async fn a_reset_restores_the_initial_state() {
    let server = start().await;
    let before = server.send(Method::GET, "/api/bucket", DEMO_ACCESS_TOKEN, &json!({})).await;
    for by_route in [true, false] {
        server.client.bucket().create(&bucket::CreateBody::new("new")).await.expect("a bucket");
        server.client.auth().revoke().await.expect("success");
        if by_route {
            let (code, _) = server.send(Method::POST, "/mock/reset", "", &Value::Null).await;
            assert_eq!(code, StatusCode::NO_CONTENT);
        } else {
            server.mock.reset();
        }
        assert_eq!(server.send(Method::GET, "/api/bucket", DEMO_ACCESS_TOKEN, &json!({})).await, before);
    }
}
