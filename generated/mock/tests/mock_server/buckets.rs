//! Buckets and what is in them.

use http::{Method, StatusCode};
use pm2_api::bucket::{self, alert, application, server, webcheck};
use pm2_api::dashboard;
use serde_json::{Value, json};

use crate::support::{id_of, object, start, status, undocumented};
use pm2_mock::DEMO_ACCESS_TOKEN;

const UNKNOWN: &str = "0123456789abcdef01234567";

#[tokio::test]
async fn a_bucket_is_created_found_changed_and_destroyed() {
    let mock = start().await;
    let all = mock.client.bucket();
    let created = all.create(&bucket::CreateBody::new("new")).await.expect("a bucket");
    let created = created.bucket.clone().expect("a bucket");
    let id = created.id.expect("an id");
    assert!(id.len() == 24 && id.bytes().all(|byte| byte.is_ascii_hexdigit()), "{id}");
    assert!(created.public_id.is_some() && created.secret_id.is_some());
    assert_eq!(all.retrieve_all().await.expect("the buckets").len(), 4);

    let found = all.retrieve(&id).await.expect("the bucket");
    let endpoints = found.node.clone().and_then(|node| node.endpoints).expect("endpoints");
    assert_eq!(endpoints.web, Some(mock.base()));
    let change = bucket::UpdateBody { comment: Some("c".into()), name: Some("other".into()), ..Default::default() };
    all.update(&id, &change).await.expect("success");
    let found = all.retrieve(&id).await.expect("the bucket");
    assert_eq!((found.name.as_deref(), &found.other["comment"]), (Some("other"), &json!("c")));
    let nothing = all.update(&id, &bucket::UpdateBody::default()).await;
    assert_eq!(status(nothing), (400, Some(bucket::UpdateError::BadRequest)));

    all.destroy(&id).await.expect("success");
    assert_eq!(status(all.retrieve(&id).await).0, 400, "no error is documented");
}

#[tokio::test]
async fn the_list_is_there_without_its_last_slash_and_with_a_body() {
    let mock = start().await;
    let (code, with) = mock.send(Method::GET, "/api/bucket/", DEMO_ACCESS_TOKEN, &json!({})).await;
    assert_eq!((code, with.as_array().map(Vec::len)), (StatusCode::OK, Some(3)));
    let (code, without) = mock.send(Method::GET, "/api/bucket", DEMO_ACCESS_TOKEN, &json!({})).await;
    assert_eq!((code, without), (StatusCode::OK, with));
}

#[tokio::test]
async fn strangers_and_unknown_ids_are_refused_as_documented_where_it_is() {
    let mock = start().await;
    let research = mock.bucket("research").await;
    let all = mock.client.bucket();
    assert_eq!(status(all.retrieve(UNKNOWN).await).0, 400, "no error is documented");
    assert_eq!(status(all.retrieve("short").await).0, 400);
    assert_eq!(status(all.destroy(&research).await).0, 403, "demo does not own it");
    let boards = mock.client.dashboard().retrieve_all(UNKNOWN).await;
    assert_eq!(status(boards), (400, Some(dashboard::RetrieveAllError::BadRequest)), "404 is not documented");

    all.create(&bucket::CreateBody::new("mine")).await.expect("a bucket");
    let mine = mock.bucket("mine").await;
    let eve = pm2_api::auth::RegisterBody::new("mallory", "mallory@example.com", "p", true);
    let registered = mock.client.auth().register(&eve).await.expect("an account");
    let token = registered.access_token.clone().and_then(|issued| issued.token).expect("a token");
    let stranger = crate::support::client(mock.address, token.expose());
    assert_eq!(status(stranger.bucket().retrieve(&mine).await).0, 403);
    let invite = bucket::InviteUserBody::new("x@example.com");
    let invited = stranger.bucket().invite_user(&mine, &invite).await;
    assert_eq!(status(invited), (403, Some(bucket::InviteUserError::Forbidden)));
    let alert = stranger.bucket().alert().get(&mine, "a").await;
    assert_eq!(status(alert), (404, Some(alert::GetError::NotFound)), "403 is not documented");
}

#[tokio::test]
async fn members_are_invited_promoted_and_removed() {
    let mock = start().await;
    let (id, all) = (mock.bucket("staging").await, mock.client.bucket());
    let ada = "ada@example.com";
    let invited = all.invite_user(&id, &bucket::InviteUserBody::new(ada)).await.expect("success");
    assert_eq!(invited.invitations, Some(Vec::new()), "whoever has an account is a member at once");
    let no_address = all.invite_user(&id, &bucket::InviteUserBody::new("nowhere")).await;
    assert_eq!(status(no_address), (400, Some(bucket::InviteUserError::BadRequest)));

    let members = all.set_user_role(&id, &bucket::SetUserRoleBody::new(ada, "admin")).await.expect("the members");
    let role = members.iter().find(|member| member["email"] == ada).map(|member| member["role"].clone());
    assert_eq!(role, Some(json!("admin")));
    let owner = all.set_user_role(&id, &bucket::SetUserRoleBody::new("demo@example.com", "user")).await;
    assert_eq!(status(owner), (403, Some(bucket::SetUserRoleError::Forbidden)));
    let unknown = all.set_user_role(&id, &bucket::SetUserRoleBody::new(ada, "queen")).await;
    assert_eq!(status(unknown), (400, Some(bucket::SetUserRoleError::BadRequest)));
    let quiet = bucket::SetNotificationStateBody::new(ada, bucket::SetNotificationStateBodyState::None);
    let members = all.set_notification_state(&id, &quiet).await.expect("the members");
    let notifications = members.iter().find(|member| member["email"] == ada).map(|member| &member["notifications"]);
    assert_eq!(notifications, Some(&json!("none")));
    assert_eq!(all.retrieve_users(&id).await.expect("the members").len(), 2);

    let left = all.remove_user(&id, &bucket::RemoveUserBody::new(ada)).await.expect("the members");
    assert_eq!(left.len(), 1);
    let again = all.remove_user(&id, &bucket::RemoveUserBody::new(ada)).await;
    assert_eq!(status(again), (404, Some(bucket::RemoveUserError::NotFound)));

    let grace = bucket::InviteUserBody::new("grace@example.com");
    assert_eq!(all.invite_user(&id, &grace).await.expect("success").invitations.as_ref().map(Vec::len), Some(1));
    let query = bucket::RemoveInvitationQuery { email: Some("grace@example.com".into()) };
    assert_eq!(all.remove_invitation(&id, &query).await.expect("success").invitations, Some(Vec::new()));
    let again = all.remove_invitation(&id, &query).await;
    assert_eq!(status(again), (400, Some(bucket::RemoveInvitationError::BadRequest)));
    let nobody = all.transfer_ownership(&id, &bucket::TransferOwnershipBody::new("nobody@example.com")).await;
    assert_eq!(status(nobody), (404, Some(bucket::TransferOwnershipError::NotFound)));
    all.transfer_ownership(&id, &bucket::TransferOwnershipBody::new(ada)).await.expect("success");
    assert_eq!(all.current_role(&id).await.expect("a role").role.as_deref(), Some("admin"));
}

fn alert_body() -> alert::CreateBody {
    serde_json::from_value(json!({
        "name": "slow", "initiator": "nodejs", "type": "metric", "scope": { "apps": ["api"] },
        "options": { "operator": ">", "threshold": 5, "act": "always" }, "actions": [{ "type": "email" }],
    }))
    .expect("a body")
}

#[tokio::test]
async fn an_alert_lives() {
    let mock = start().await;
    let (id, alerts) = (mock.bucket("staging").await, mock.client.bucket().alert());
    let alert = id_of(&undocumented(&alerts.create(&id, &alert_body()).await.expect("success")));
    assert_eq!(undocumented(&alerts.list(&id).await.expect("the alerts"))[0]["name"], "slow");
    let change = alert::UpdateAlertBody { enabled: Some(false), ..Default::default() };
    alerts.update_alert(&id, &alert, &change).await.expect("success");
    let found = undocumented(&alerts.get(&id, &alert).await.expect("the alert"));
    assert_eq!((&found["enabled"], &found["options"]["threshold"]), (&json!(false), &json!(5.0)));
    let nothing = alerts.update_alert(&id, &alert, &alert::UpdateAlertBody::default()).await;
    assert_eq!(status(nothing), (400, Some(alert::UpdateAlertError::BadRequest)));
    assert_eq!(alerts.trigger_sample(&id, &alert).await.expect("success").status(), StatusCode::ACCEPTED);
    assert_eq!(alerts.delete(&id, &alert).await.expect("success").status(), StatusCode::NO_CONTENT);
    assert_eq!(status(alerts.get(&id, &alert).await), (404, Some(alert::GetError::NotFound)));
    let gone = alerts.trigger_sample(&id, &alert).await;
    assert_eq!(status(gone), (404, Some(alert::TriggerSampleError::NotFound)));
}

#[tokio::test]
async fn there_is_an_end_to_what_is_remembered() {
    let mock = start().await;
    let (id, all) = (mock.bucket("staging").await, mock.client.bucket().application());
    let body = application::CreateBody::new("shop", Vec::new());
    for _ in 0..1_000 {
        all.create(&id, &body).await.expect("success");
    }
    assert_eq!(status(all.create(&id, &body).await), (400, Some(application::CreateError::BadRequest)));
}

#[tokio::test]
async fn alerts_of_analyzers_and_hooks_are_changed() {
    let mock = start().await;
    let (id, alerts) = (mock.bucket("staging").await, mock.client.bucket().alert());
    let raised = undocumented(&alerts.analyzer().list(&id, &Default::default()).await.expect("the alerts"));
    let edited = alerts.analyzer().edit_state(&id, &id_of(&raised[0]), &alert::analyzer::EditStateBody::new(true));
    assert_eq!(undocumented(&edited.await.expect("success"))["useful"], true);
    let analyzer = raised[0]["analyzer"].as_str().expect("an id");
    let config = alert::analyzer::UpdateConfigBody::new(Default::default(), 9.0, 5.0);
    let configured = alerts.analyzer().update_config(&id, analyzer, &config).await.expect("success");
    assert_eq!(undocumented(&configured)["threshold"], 9.0);

    let hook = |url: Option<&str>| alert::AlertHook { active: Some(true), url: url.map(str::to_owned) };
    let without = alerts.update_slack(&id, &alert::UpdateSlackBody::new(hook(None))).await;
    assert_eq!(status(without), (400, Some(alert::UpdateSlackError::BadRequest)));
    let url = Some("https://example.com/hook");
    alerts.update_slack(&id, &alert::UpdateSlackBody::new(hook(url))).await.expect("success");
    let answer = alerts.update_webhooks(&id, &alert::UpdateWebhooksBody::new(hook(url))).await.expect("success");
    let shown = Value::Object(answer.bucket.clone().expect("the bucket"));
    assert_eq!((&shown["slack"]["active"], &shown["webhooks"]["url"]), (&json!(true), &json!(url)));
    let triggers = object(json!({ "restart": true }));
    let answer = alerts.update(&id, &alert::UpdateBody::new(triggers.clone())).await.expect("success");
    assert_eq!(answer.triggers, Some(triggers));
}

#[tokio::test]
async fn a_web_check_lives() {
    let mock = start().await;
    let (id, checks) = (mock.bucket("staging").await, mock.client.bucket().webcheck());
    let body: webcheck::CreateBody = serde_json::from_value(json!({
        "name": "site", "alerts": [], "interval": 60, "timeout": 5, "retry": { "max": 2 },
        "source": { "region": "eu-west-1" }, "target": { "type": "https", "address": "example.com" },
    }))
    .expect("a body");
    let check = id_of(&undocumented(&checks.create(&id, &body).await.expect("success")));
    assert_eq!(checks.get(&id, &check).await.expect("the check").name.as_deref(), Some("site"));
    let change = webcheck::UpdateBody { application: Some("shop".into()), ..Default::default() };
    checks.update(&id, &check, &change).await.expect("success");
    for (application, count) in [("shop", 1), ("blog", 0)] {
        let query = webcheck::ListQuery { application: Some(application.into()) };
        let listed = undocumented(&checks.list(&id, &query).await.expect("the checks"));
        assert_eq!(listed.as_array().map(Vec::len), Some(count), "{application}");
    }
    let metrics = undocumented(&checks.get_metrics(&id, &check, &Default::default()).await.expect("the metrics"));
    assert_eq!(metrics[0]["values"].as_array().map(Vec::len), Some(60));
    assert!(undocumented(&checks.list_regions(&id).await.expect("the regions")).is_array());
    assert_eq!(checks.delete(&id, &check).await.expect("success").status(), StatusCode::NO_CONTENT);
    assert_eq!(status(checks.get(&id, &check).await), (404, Some(webcheck::GetError::NotFound)));
}

#[tokio::test]
async fn an_application_lives() {
    let mock = start().await;
    let (id, all) = (mock.bucket("staging").await, mock.client.bucket().application());
    let body = application::CreateBody::new("shop", vec!["example.com".to_owned()]);
    let app = id_of(&undocumented(&all.create(&id, &body).await.expect("success")));
    let change = application::UpdateBody { name: Some("store".into()), ..Default::default() };
    all.update(&id, &app, &change).await.expect("success");
    let found = undocumented(&all.get(&id, &app).await.expect("the application"));
    assert_eq!((&found["name"], &found["domains"][0]), (&json!("store"), &json!("example.com")));
    assert_eq!(status(all.get_preview(&id, "other").await), (404, Some(application::GetPreviewError::NotFound)));
    all.delete(&id, &app).await.expect("success");
    assert_eq!(undocumented(&all.list(&id).await.expect("the applications")), json!([]));
    let gone = all.update(&id, &app, &change).await;
    assert_eq!(status(gone), (400, Some(application::UpdateError::BadRequest)), "404 is not documented");
}

#[tokio::test]
async fn a_dashboard_lives() {
    let mock = start().await;
    let (id, all) = (mock.bucket("staging").await, mock.client.dashboard());
    let child = object(json!({ "type": "chart" }));
    let made = all.create(&id, &dashboard::CreateBody::new("first", vec![child.clone()])).await.expect("a dashboard");
    let dashboard = made.id.clone().expect("an id");
    let body = dashboard::UpdateBody::new("second", vec![child.clone(), child]);
    all.update(&id, &dashboard, &body).await.expect("success");
    let found = all.retrieve(&id, &dashboard).await.expect("the dashboard");
    assert_eq!((found[0].name.as_deref(), found[0].children.as_ref().map(Vec::len)), (Some("second"), Some(2)));
    assert_eq!(all.retrieve_all(&id).await.expect("the dashboards").len(), 1);
    assert!(all.remove(&id, &dashboard).await.expect("success").is_empty());
    assert_eq!(status(all.retrieve(&id, &dashboard).await), (404, Some(dashboard::RetrieveError::NotFound)));
    assert_eq!(status(all.update(&id, &dashboard, &body).await), (404, Some(dashboard::UpdateError::NotFound)));
}

#[tokio::test]
async fn a_server_can_be_deleted_once_it_is_silent() {
    let mock = start().await;
    let (id, servers) = (mock.bucket("production").await, mock.client.bucket().server());
    let delete = |name: &str| server::DeleteServerBody::new(name);
    let active = servers.delete_server(&id, &delete("web-1")).await;
    assert_eq!(status(active), (406, Some(server::DeleteServerError::NotAcceptable)));
    assert_eq!(servers.delete_server(&id, &delete("retired-1")).await.expect("success").success, Some(true));
    let gone = servers.delete_server(&id, &delete("retired-1")).await;
    assert_eq!(status(gone), (400, Some(server::DeleteServerError::BadRequest)));
}

#[tokio::test]
async fn a_reset_makes_everything_as_it_was() {
    let mock = start().await;
    let before = mock.send(Method::GET, "/api/bucket", DEMO_ACCESS_TOKEN, &json!({})).await;
    for by_route in [true, false] {
        mock.client.bucket().create(&bucket::CreateBody::new("new")).await.expect("a bucket");
        mock.client.auth().revoke().await.expect("success");
        if by_route {
            let (code, _) = mock.send(Method::POST, "/mock/reset", "", &Value::Null).await;
            assert_eq!(code, StatusCode::NO_CONTENT);
        } else {
            mock.handle.reset();
        }
        assert_eq!(mock.send(Method::GET, "/api/bucket", DEMO_ACCESS_TOKEN, &json!({})).await, before);
    }
}
