//! Stores beside those of the clouds: Vault and OpenBao, SOPS, Infisical, Doppler, 1Password, Bitwarden.

use super::{is_refused, proves};

#[test]
fn vault_and_openbao() {
    let metadata = r#"{"cas_required":false,"created_time":"2024-01-01T10:00:00Z","current_version":2,"custom_metadata":null,"delete_version_after":"0s","max_versions":0,"oldest_version":1,"updated_time":"2025-10-02T08:14:22.749233814Z","versions":{"1":{"created_time":"2024-01-01T10:00:00Z","deletion_time":"","destroyed":false},"2":{"created_time":"2025-10-02T08:14:22.749233814Z","deletion_time":"","destroyed":false}}}"#;
    let proof = "vault-kv-metadata\nBY_FILE store = 2025-10-02T08:14:22.749233814Z vault:2";
    proves(metadata, proof);
    // The CLI's envelope, the API's, which has more in it, and OpenBao's, which has less.
    proves(
        &format!(
            r#"{{"request_id":"r","lease_id":"","lease_duration":0,"renewable":false,"data":{metadata},"warnings":null}}"#
        ),
        proof,
    );
    proves(
        &format!(
            r#"{{"request_id":"r","lease_id":"","renewable":false,"lease_duration":0,"data":{metadata},"wrap_info":null,"warnings":null,"auth":null,"mount_type":"kv"}}"#
        ),
        proof,
    );
    proves(&format!(r#"{{"data":{metadata}}}"#), proof);
    // What `kv put` answers, and the part of `kv get` that is no value.
    let version = r#"{"created_time":"2025-10-02T08:14:22.749233814Z","custom_metadata":null,"deletion_time":"","destroyed":false,"version":2}"#;
    proves(version, proof);
    proves(&format!(r#"{{"request_id":"r","data":{version}}}"#), proof);
    // `-format=yaml`
    proves(
        "data:\n  current_version: 2\n  versions:\n    \"1\":\n      created_time: \"2024-01-01T10:00:00Z\"\n    \"2\":\n      created_time: 2025-10-02T08:14:22.749233814Z\n      deletion_time: \"\"\n      destroyed: false\n",
        proof,
    );
    is_refused(
        &format!("{metadata}\n{metadata}"),
        "doesn't say which is which",
        "DATABASE_PASSWORD.json",
    );
    is_refused(
        r#"{"request_id":"r","lease_id":"","lease_duration":2764800,"renewable":false,"data":{"password":"x"},"warnings":null}"#,
        "version 1 of Vault's KV store",
        "rotation record",
    );
    is_refused(
        r#"{"errors":["permission denied"]}"#,
        "an error that the service answered",
        "ask again",
    );
    proves(
        r#"{"request_id":"r","lease_duration":0,"data":{"last_vault_rotation":"2025-10-02T08:14:22Z","rotation_period":7776000,"username":"app"}}"#,
        "vault-static-role\nBY_FILE store = 2025-10-02T08:14:22Z every P90D",
    );
}

#[test]
fn sops() {
    let value = "ENC[AES256_GCM,data:RVhBTVBMRQ==,iv:ZXhhbXBsZS1pdi0wMDAx,tag:RVhBTVBMRXRhZw==,type:str]";
    let proof = "sops\nA store ..2025-11-13T13:41:11Z sops-iv:ZXhhbXBsZS1pdi0wMDAx";
    proves(
        &format!(r#"{{"A":"{value}","LOG":"info","sops":{{"lastmodified":"2025-11-13T13:41:11Z","mac":"{value}"}}}}"#),
        proof,
    );
    proves(
        &format!(
            "A: {value}\nLOG: info\nsops:\n    kms: []\n    lastmodified: \"2025-11-13T13:41:11Z\"\n    mac: {value}\n    version: 3.9.0\n"
        ),
        proof,
    );
    proves(
        &format!("#{value}\nA={value}\r\nLOG=info\r\nsops_lastmodified=2025-11-13T13:41:11Z\r\nsops_mac={value}\r\n"),
        proof,
    );
    proves(
        &format!(
            "A = {value}\r\nLOG = info\r\n; a note\r\n[app]\r\nB = `{value}`\r\n\r\n[sops]\r\nlastmodified = 2025-11-13T13:41:11Z\r\nmac = {value}\r\n"
        ),
        &format!(
            "{proof}\n{}",
            proof.trim_start_matches("sops\n").replacen("A", "app/B", 1)
        ),
    );
    proves(
        &format!("app:\n  - A: {value}\nsops: {{lastmodified: 2025-11-13T13:41:11Z}}\n"),
        "sops\napp/A store ..2025-11-13T13:41:11Z sops-iv:ZXhhbXBsZS1pdi0wMDAx",
    );
}

#[test]
fn infisical_doppler_and_onepassword() {
    let secret = r#"{"secretKey":"A","secretValue":"","version":3,"environment":"prod","createdAt":"2024-01-01T10:00:00.000Z","updatedAt":"2025-10-02T08:14:22.123Z"}"#;
    let proof = "infisical\nA store 2024-01-01T10:00:00Z..2025-10-02T08:14:22.123Z infisical:3 in prod";
    for text in [
        format!(r#"{{"secrets":[{secret}],"imports":[]}}"#),
        format!(r#"{{"secrets":[],"imports":[{{"secretPath":"/","environment":"prod","secrets":[{secret}]}}]}}"#),
        format!(r#"{{"secret":{secret}}}"#),
        format!("[{secret}]"),
    ] {
        proves(&text, proof);
    }
    is_refused(
        r#"[{"key":"A","workspace":"w","value":"x","type":"shared"}]"#,
        "carries no dates",
        "viewSecretValue=false",
    );
    let log = |name: &str, day: u32| {
        format!(
            r#"{{"id":"i","text":"Modified secrets","html":"","created_at":"2025-10-{day:02}T08:14:22.123Z","config":"prd","environment":"prd","project":"p","diff":[{{"name":"{name}"}}]}}"#
        )
    };
    let proof = "doppler-log\nA store = 2025-10-02T08:14:22.123Z in prd+prd";
    proves(&format!("[{},{}]", log("A", 2), log("A", 1)), proof);
    proves(
        &format!(
            r#"{{"page":1,"logs":[{}]}}{{"page":2,"logs":[{}]}}"#,
            log("A", 2),
            log("A", 1)
        ),
        proof,
    );
    proves(
        &format!(r#"{{"page":2,"logs":[{}]}}"#, log("A", 1)),
        "doppler-log\nA store 2025-10-01T08:14:22.123Z.. in prd+prd\n(Incomplete)",
    );
    // A roll-back brings back an older value, and what was removed last has none.
    let rolled_back = log("A", 2).replace(r#""html":"""#, r#""rollback":true,"html":"""#);
    let proof = "doppler-log\nA store ..2025-10-02T08:14:22.123Z in prd+prd";
    proves(&format!("[{rolled_back},{}]", log("A", 1)), proof);
    proves(
        &format!(r#"{{"page":2,"logs":[{rolled_back}]}}"#),
        "doppler-log\nA store ? in prd+prd\n(Incomplete)",
    );
    let removed = log("A", 2).replace(r#""A""#, r#""A","removed":"x""#);
    let added = log("A", 1).replace(r#""A""#, r#""A","added":"x""#);
    proves(
        &format!("[{removed},{added}]"),
        "doppler-log\n(HoldsValues)\n(Inactive)\n(Empty)",
    );
    proves(
        &format!("[{},{removed},{added}]", log("A", 3)),
        "doppler-log\nA store = 2025-10-03T08:14:22.123Z in prd+prd\n(HoldsValues)",
    );
    // The CLI lists items and gets one, Connect spells dates in another way.
    let item = |fields: &str| {
        format!(
            r#"{{"id":"i","title":"app","version":5,"vault":{{"id":"v","name":"prod"}},"category":"LOGIN","created_at":"2024-01-01T10:00:00Z","updated_at":"2025-10-02T08:14:22Z"{fields}}}"#
        )
    };
    let proof = "onepassword\napp store 2024-01-01T10:00:00Z..2025-10-02T08:14:22Z op:5 in prod";
    proves(&format!("[{}]", item("")), proof);
    proves(
        &item("")
            .replace("created_at", "createdAt")
            .replace("updated_at", "updatedAt"),
        proof,
    );
    proves(
        &item(r#","fields":[{"id":"f","type":"CONCEALED","label":"API_KEY","value":"x"}]"#),
        "onepassword
        app store 2024-01-01T10:00:00Z..2025-10-02T08:14:22Z op:5 in prod
        app/API_KEY store 2024-01-01T10:00:00Z..2025-10-02T08:14:22Z op:5 in prod
        (HoldsValues)",
    );
    proves(&item(r#","state":"ARCHIVED""#), "onepassword\n(Inactive)\n(Empty)");
}

#[test]
fn bitwarden() {
    let proof = "bitwarden\nA store 2024-01-01T10:00:00Z..2025-10-02T08:14:22Z";
    let secret = r#"{"object":"secret","id":"i","organizationId":"o","projectId":"p","key":"A","note":"","creationDate":"2024-01-01T10:00:00Z","revisionDate":"2025-10-02T08:14:22Z"}"#;
    proves(secret, proof);
    proves(&format!("[{secret}]"), proof);
    let with_value = secret.replace(r#""key":"A""#, r#""key":"A","value":"x""#);
    proves(&format!("[{with_value}]"), &format!("{proof}\n(HoldsValues)"));
    // An item of the password manager, and one in its trash. The password may be older than the item's last change.
    let item = |deleted: &str| {
        format!(
            r#"{{"object":"item","id":"i","name":"A","login":{{"username":"u","password":"x","passwordRevisionDate":"2025-01-01T10:00:00Z"}},"creationDate":"2024-01-01T10:00:00Z","revisionDate":"2025-10-02T08:14:22Z","deletedDate":{deleted}}}"#
        )
    };
    let trashed = item(r#""2025-10-03T08:14:22Z""#);
    proves(
        &format!("[{},{trashed}]", item("null")),
        &format!("{proof}\n(HoldsValues)\n(Inactive)"),
    );
}
