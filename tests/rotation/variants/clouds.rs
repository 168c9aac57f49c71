//! Google Cloud, Azure and Kubernetes.

use super::{is_refused, proves};

#[test]
fn google() {
    let version = |number: u32, state: &str| {
        format!(
            r#"{{"name":"projects/prod/secrets/A/versions/{number}","state":"{state}","createTime":"2025-10-{number:02}T08:14:22.123456Z"}}"#
        )
    };
    let proof = "gcloud-secret-versions\nA store = 2025-10-02T08:14:22.123456Z gcp:2 in prod";
    let (one, two) = (version(1, "ENABLED"), version(2, "ENABLED"));
    for text in [
        two.clone(),
        format!("[{two},{one}]"),
        format!("{{\"versions\":[{one},{two}],\"totalSize\":2}}"),
        // The newest may stand on any page.
        format!("{{\"versions\":[{one}],\"nextPageToken\":\"t\"}} {{\"versions\":[{two}]}}"),
        format!("{{\"versions\":[{two}],\"nextPageToken\":\"t\"}} {{\"versions\":[{one}],\"nextPageToken\":\"\"}} {{}}").replace(" {}", ""),
        format!("{{\"versions\":[{one},{two}],\"nextPageToken\":\"t\"}} {{\"versions\":[],\"nextPageToken\":\"\"}}"),
        // `--format=yaml`: a document each.
        "---\ncreateTime: '2025-10-02T08:14:22.123456Z'\nname: projects/prod/secrets/A/versions/2\nstate: ENABLED\n---\ncreateTime: '2025-10-01T08:14:22Z'\nname: projects/prod/secrets/A/versions/1\nstate: DISABLED\n".to_owned(),
    ] {
        proves(&text, proof);
    }
    proves(
        r#"[{"name":"projects/p/secrets/A/versions/1","createTime":"2025-10-02T08:14:22Z"}]"#,
        "gcloud-secret-versions\n(Inactive)\n(Empty)",
    );
    proves(
        r#"{"name":"projects/1/secrets/A","createTime":"2025-10-02T08:14:22Z"}"#,
        "gcloud-secrets\nA store 2025-10-02T08:14:22Z..",
    );
    proves(
        r#"{"name":"projects/p/serviceAccounts/a@b/keys/0123","validAfterTime":"2025-10-02T08:14:22Z","validBeforeTime":"9999-12-31T23:59:59Z","keyType":"USER_MANAGED"}"#,
        "gcloud-service-account-keys\nid 0123 issuer = 2025-10-02T08:14:22Z ends never",
    );
    is_refused(
        r#"{"name":"projects/1/secrets/A/versions/1","payload":{"data":"eA=="}}"#,
        "with its value",
        "versions list",
    );
    is_refused(
        r#"{"type":"service_account","private_key_id":"0","private_key":"x"}"#,
        "key of a service account itself",
        "keys list",
    );
    is_refused(
        r#"{"error":{"code":403,"message":"x","status":"PERMISSION_DENIED"}}"#,
        "an error",
        "ask again",
    );
}

#[test]
fn azure() {
    let cli = r#"{"attributes":{"created":"2025-10-02T08:14:22+00:00","enabled":true,"expires":null,"notBefore":null,"recoverableDays":90,"recoveryLevel":"Recoverable","updated":"2025-11-13T13:41:11+00:00"},"contentType":null,"id":"https://prod-kv.vault.azure.net/secrets/A/22ab","managed":null,"name":"A","tags":null}"#;
    let api = r#"{"attributes":{"created":1759392862,"enabled":true,"recoverableDays":90,"recoveryLevel":"Recoverable","updated":1763041271},"id":"https://prod-kv.vault.azure.net/secrets/A/22ab"}"#;
    let shell = r#"{"Enabled":true,"Expires":null,"NotBefore":null,"Created":"2025-10-02T08:14:22Z","Updated":"/Date(1763041271000)/","ContentType":null,"Tags":null,"VaultName":"prod-kv","Name":"A","Version":"22ab","Id":"https://prod-kv.vault.azure.net:443/secrets/A/22ab"}"#;
    let proof = "azure-key-vault\nA store = 2025-10-02T08:14:22Z azure-kv:22ab in prod-kv";
    for text in [cli, api, shell] {
        proves(text, proof);
        proves(&format!("[{text}]"), proof);
    }
    proves(
        &format!(r#"{{"value":[],"nextLink":"https://x"}}{{"value":[{api}],"nextLink":null}}"#),
        proof,
    );
    // Without the id, and so without a version, `created` may be the secret's.
    proves(
        r#"[{"name":"A","attributes":{"created":"2025-10-02T08:14:22+00:00","updated":"2025-11-13T13:41:11+00:00"}}]"#,
        "azure-key-vault\nA store 2025-10-02T08:14:22Z..2025-11-13T13:41:11Z",
    );
    proves(
        &format!(
            "[{},{cli}]",
            cli.replace("\"tags\":null", "\"deletedDate\":\"2026-01-01T00:00:00+00:00\"")
                .replace("22ab", "33cd")
        ),
        &format!("{proof}\n(Inactive)"),
    );
    proves(
        "- attributes:\n    created: '2025-10-02T08:14:22+00:00'\n    enabled: true\n    updated: '2025-11-13T13:41:11+00:00'\n  id: https://prod-kv.vault.azure.net/secrets/A/22ab\n  name: A\n  tags: null\n",
        proof,
    );
}

#[test]
fn kubernetes() {
    let metadata = r#""metadata":{"name":"app","namespace":"prod","creationTimestamp":"2024-01-01T10:00:00Z","managedFields":[{"manager":"kubectl","time":"2025-10-02T08:15:03Z","fieldsV1":{"f:data":{".":{},"f:A":{}}}}]}"#;
    let proof = "kubernetes\nprod/app/A copy 2024-01-01T10:00:00Z..2025-10-02T08:15:03Z";
    for text in [
        format!(r#"{{"apiVersion":"v1","kind":"Secret",{metadata}}}"#),
        format!(
            r#"{{"apiVersion":"v1","kind":"List","metadata":{{"resourceVersion":""}},"items":[{{"apiVersion":"v1","kind":"Secret",{metadata}}}]}}"#
        ),
        format!(r#"{{"apiVersion":"v1","kind":"SecretList","metadata":{{"continue":""}},"items":[{{{metadata}}}]}}"#),
        format!(
            r#"{{"apiVersion":"v1","kind":"SecretList","metadata":{{"continue":"c"}},"items":[]}} {{"apiVersion":"v1","kind":"SecretList","metadata":{{}},"items":[{{{metadata}}}]}}"#
        ),
    ] {
        proves(&text, proof);
    }
    let yaml = "apiVersion: v1
kind: Secret
metadata:
  creationTimestamp: \"2024-01-01T10:00:00Z\"
  managedFields:
  - fieldsType: FieldsV1
    fieldsV1:
      f:data:
        .: {}
        f:A: {}
    manager: kubectl
    time: \"2025-10-02T08:15:03Z\"
  name: app
  namespace: prod
type: Opaque
";
    proves(yaml, proof);
    proves(&format!("---\r\n{}", yaml.replace('\n', "\r\n")), proof);
    let indented = yaml.trim_end().replace('\n', "\n  ");
    proves(&format!("apiVersion: v1\nitems:\n- {indented}\nkind: List\n"), proof);
    // Values are not read, of YAML neither.
    proves(
        &yaml.replace("type: Opaque", "data:\n  A: c2VjcmV0\n  B: |\n    c2VjcmV0\n"),
        "kubernetes
        prod/app/A copy 2024-01-01T10:00:00Z..2025-10-02T08:15:03Z
        prod/app/B copy 2024-01-01T10:00:00Z..
        (HoldsValues)",
    );
    proves(
        "apiVersion: cert-manager.io/v1\nkind: Certificate\nmetadata: {name: app, namespace: prod}\nspec: {secretName: app-tls, privateKey: {rotationPolicy: Always}}\nstatus: {notBefore: 2025-12-01T00:00:00Z, notAfter: 2026-03-01T00:00:00Z}\n",
        "kubernetes\nprod/app-tls issuer = 2025-12-01T00:00:00Z good through 2026-03-01T00:00:00Z",
    );
    is_refused(
        r#"{"apiVersion":"v1","kind":"Status","status":"Failure","message":"forbidden"}"#,
        "an error",
        "ask again",
    );
}
