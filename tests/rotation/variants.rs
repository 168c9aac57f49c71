//! The shapes in which people have an export: whole answers, what `--query`, `--jq` or `jq` took out of them, pages one behind the other or in a list, YAML,
//! and the spellings of other tools that ask the same service. Each with what it proves, which is never more than what its fields say.

use envgate::rotation::importers::{ImportError, ImportOptions, import};

use crate::importers::shown;

fn named(text: &[u8]) -> Result<String, ImportError> {
    let options = ImportOptions {
        name: Some("BY_FILE"),
        ..ImportOptions::default()
    };
    import(text, &options).map(|import| shown(&import))
}

#[track_caller]
fn proves(text: &str, expected: &str) {
    let expected: String = expected
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .map(|line| format!("{line}\n"))
        .collect();
    assert_eq!(
        named(text.as_bytes()).unwrap_or_else(|error| panic!("{text}: {error:?}")),
        expected,
        "{text}"
    );
}

#[track_caller]
fn is_refused(text: &str, message: &str, help: &str) {
    let error = named(text.as_bytes()).expect_err(text);
    assert!(
        error.message.contains(message) && error.help.contains(help),
        "{text}: {error:?}"
    );
}

const CURRENT: &str =
    r#"{"VersionId":"v2","VersionStages":["AWSCURRENT"],"CreatedDate":"2025-10-02T10:14:22.5+02:00"}"#;
const BEFORE: &str = r#"{"VersionId":"v1","VersionStages":["AWSPREVIOUS"],"CreatedDate":"2025-03-11T10:00:00Z"}"#;

#[test]
fn versions_of_a_secret_of_aws() {
    let proof = "aws-secret-versions\nprod/KEY store = 2025-10-02T08:14:22.5Z aws-sm:v2";
    proves(
        &format!(r#"{{"Versions":[{BEFORE},{CURRENT}],"Name":"prod/KEY","ARN":"a"}}"#),
        proof,
    );
    // Without a name of its own, the one in the ARN.
    let arn = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:prod/KEY-a1B2c3";
    proves(&format!(r#"{{"Versions":[{CURRENT}],"ARN":"{arn}"}}"#), proof);
    // The version in use may stand on any page; the last one says that there is no other.
    proves(
        &format!(
            r#"{{"Versions":[{BEFORE}],"Name":"prod/KEY","NextToken":"t"}} {{"Versions":[{CURRENT}],"Name":"prod/KEY","NextToken":null}}"#
        ),
        proof,
    );
    proves(
        &format!(
            r#"{{"Versions":[{CURRENT}],"Name":"prod/KEY","NextToken":"t"}} {{"Versions":[{CURRENT}],"Name":"b"}}"#
        ),
        "aws-secret-versions
        b store = 2025-10-02T08:14:22.5Z aws-sm:v2
        prod/KEY store = 2025-10-02T08:14:22.5Z aws-sm:v2
        (Incomplete)",
    );
    // `--query Versions`, `--query 'Versions[0]'`: the name is the file's, so there can only be one.
    let by_file = "aws-secret-versions\nBY_FILE store = 2025-10-02T08:14:22.5Z aws-sm:v2";
    proves(&format!("[{BEFORE},{CURRENT}]"), by_file);
    proves(CURRENT, by_file);
    is_refused(
        &format!("[{CURRENT}]\n[{CURRENT}]"),
        "doesn't say which is which",
        "a file of its own",
    );
    // What is in use is not to be seen without the labels.
    proves(
        r#"[{"VersionId":"v2","CreatedDate":1759392862.5}]"#,
        "aws-secret-versions\n(Inactive)\n(Empty)",
    );
    // `--output yaml`, and every page an item of a list.
    let yaml = "
- Name: prod/KEY
  NextToken: t
  Versions:
  - CreatedDate: '2025-03-11T10:00:00+00:00'
    VersionId: v1
    VersionStages:
    - AWSPREVIOUS
- Name: prod/KEY
  Versions:
  - CreatedDate: '2025-10-02T08:14:22.500000+00:00'
    VersionId: v2
    VersionStages:
    - AWSCURRENT
";
    proves(yaml, proof);
}

#[test]
fn secrets_of_aws() {
    let secret = r#"{"Name":"A","ARN":"a","CreatedDate":1741687200.0,"LastChangedDate":1.759392862123E9}"#;
    let proof = "aws-secrets\nA store 2025-03-11T10:00:00Z..2025-10-02T08:14:22.123Z";
    for text in [
        secret.to_owned(),
        format!("[{secret}]"),
        format!("{{\"SecretList\":[{secret}]}}"),
        format!("{{\"SecretList\":[{secret}],\"NextToken\":null}}"),
        format!("[{{\"SecretList\":[],\"NextToken\":\"t\"}},{{\"SecretList\":[{secret}]}}]"),
        format!("\r\n  {secret}\r\n"),
    ] {
        proves(&text, proof);
    }
    // `--query`: what was left away bounds nothing.
    proves(
        r#"[{"Name":"A","LastChangedDate":"2025-10-02T08:14:22Z"}]"#,
        "aws-secrets\nA store ..2025-10-02T08:14:22Z",
    );
    proves(
        r#"[{"Name":"A","CreatedDate":"2025-10-02T08:14:22Z"}]"#,
        "aws-secrets\nA store 2025-10-02T08:14:22Z..",
    );
    proves(
        r#"{"Name":"A","CreatedDate":0,"LastChangedDate":1,"LastRotatedDate":null,"DeletedDate":null,"RotationEnabled":null}"#,
        "aws-secrets\nA store 1970-01-01T00:00:00Z..1970-01-01T00:00:01Z",
    );
    // NDJSON, as `jq -c '.SecretList[]'` writes it; PowerShell's dates.
    proves(
        "{\"Name\":\"A\",\"CreatedDate\":\"\\/Date(1741687200000)\\/\"}\n{\"Name\":\"B\",\"CreatedDate\":\"/Date(1759392862123+0200)/\"}\n",
        "aws-secrets\nA store 2025-03-11T10:00:00Z..\nB store 2025-10-02T08:14:22.123Z..",
    );
    is_refused(
        r#"[["A","2025-10-02T08:14:22Z"]]"#,
        "without the names of their fields",
        "{Name:Name",
    );
}

#[test]
fn parameters_and_access_keys_of_aws() {
    for text in [
        r#"{"Parameter":{"Name":"/p/A","Version":3,"LastModifiedDate":"2025-10-02T08:14:22.205000+02:00"}}"#,
        r#"[{"Name":"/p/A","LastModifiedDate":1759385662.205}]"#,
        r#"{"Parameters":[{"Name":"/p/A","Version":2,"LastModifiedDate":1}],"NextToken":"t"}{"Parameters":[{"Name":"/p/A","Version":3,"LastModifiedDate":1759385662.205}]}"#,
    ] {
        proves(text, "aws-parameters\n/p/A store ..2025-10-02T06:14:22.205Z");
    }
    let proof = "aws-access-keys\nid AKIAIOSFODNN7EXAMPLE issuer = 2025-09-01T12:00:00Z";
    for text in [
        r#"[{"AccessKeyId":"AKIAIOSFODNN7EXAMPLE","CreateDate":"2025-09-01T12:00:00+00:00"}]"#,
        r#"{"AccessKeyId":"AKIAIOSFODNN7EXAMPLE","Status":"Active","CreateDate":"2025-09-01T14:00:00+02:00"}"#,
        r#"{"AccessKeyMetadata":[],"IsTruncated":true,"Marker":"m"} {"AccessKeyMetadata":[{"AccessKeyId":"AKIAIOSFODNN7EXAMPLE","Status":"Active","CreateDate":"2025-09-01T12:00:00Z"}],"IsTruncated":false}"#,
    ] {
        proves(text, proof);
    }
    proves(
        r#"{"AccessKey":{"UserName":"u","AccessKeyId":"AKIAIOSFODNN7EXAMPLE","Status":"Active","SecretAccessKey":"x","CreateDate":"2025-09-01T12:00:00Z"}}"#,
        &format!("{proof}\n(HoldsValues)"),
    );
}

#[test]
fn the_credential_report_as_people_have_it() {
    let header = "user,arn,user_creation_time,password_enabled,access_key_1_active,access_key_1_last_rotated,access_key_2_active,access_key_2_last_rotated";
    let proof = "aws-credential-report\nci issuer = 2025-09-01T12:00:00Z";
    proves(
        &format!(
            "{header}\r\n<root_account>,a,2020-01-01T00:00:00+00:00,not_supported,false,N/A,false,N/A\r\nci,a,2020-01-01T00:00:00+00:00,false,true,2025-09-01T12:00:00+00:00,false,no_information\r\n\r\n"
        ),
        proof,
    );
    let rows = "x,a,2020-01-01T00:00:00+00:00,false,false,N/A,false,N/A";
    let report = format!("{header}\n{rows}\nci,a,b,c,true,2025-09-01T12:00:00+00:00,false,N/A\n");
    let content = {
        use base64ct::{Base64, Encoding};
        Base64::encode_string(report.as_bytes())
    };
    proves(&format!("{content}\n"), proof);
    proves(&format!("\"{content}\""), proof);
    // Dates that an active key lacks are none; a key that is not active is not in use.
    proves(
        &format!("{header}\nci,a,b,c,true,no_information,false,2025-09-01T12:00:00+00:00\n"),
        "aws-credential-report\n(Empty)",
    );
    // Out of a spreadsheet, some columns of it.
    proves(
        "\"user\",\"access_key_1_active\",\"access_key_1_last_rotated\"\n\"ci\",\"TRUE\",\"2025-09-01T12:00:00+00:00\"\n",
        proof,
    );
    proves(
        &format!("{header}\nci,a,b,c,true,2025-09-01T12:00:00+00:00,false,N/A\nlast,a,b,c,tr"),
        &format!("{proof}\n(Incomplete)"),
    );
    proves(
        &format!("{header}\nci,a,b,c,true,yesterday,false,N/A\n"),
        "aws-credential-report\n(BadDate)\n(Empty)",
    );
}

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

#[test]
fn github() {
    let row = r#"{"name":"A","created_at":"2024-01-01T10:00:00Z","updated_at":"2025-10-02T08:14:22Z"}"#;
    let proof = "github-secrets\nA copy = 2025-10-02T08:14:22Z";
    for text in [
        r#"[{"name":"A","updatedAt":"2025-10-02T08:14:22Z"}]"#.to_owned(),
        r#"[{"name":"A","numSelectedRepos":0,"selectedReposURL":"","updatedAt":"2025-10-02T08:14:22Z","visibility":""}]"#.to_owned(),
        format!(r#"{{"total_count":1,"secrets":[{row}]}}"#),
        // `--jq .secrets`, `--jq '.secrets[]'`
        format!("[{row}]"),
        row.to_owned(),
    ] {
        proves(&text, proof);
    }
    // `--paginate` writes the pages one behind the other, `--slurp` puts them into a list.
    let other = row.replace("\"A\"", "\"B\"");
    let both = "github-secrets\nA copy = 2025-10-02T08:14:22Z\nB copy = 2025-10-02T08:14:22Z";
    let pages = [
        format!(r#"{{"total_count":2,"secrets":[{row}]}}"#),
        format!(r#"{{"total_count":2,"secrets":[{other}]}}"#),
    ];
    proves(&pages.concat(), both);
    proves(&format!("[{}]", pages.join(",")), both);
    proves(&pages[0], "github-secrets\nA copy = 2025-10-02T08:14:22Z\n(Incomplete)");
    proves(&format!("[{row}][{other}][]"), both);
    proves(&format!("[[{row}],[{other}]]"), both);
    // A variable can be changed without its value, and shows it.
    proves(
        r#"[{"name":"A","value":"x","createdAt":"2024-01-01T10:00:00Z","updatedAt":"2025-10-02T08:14:22Z"}]"#,
        "github-secrets\nA copy 2024-01-01T10:00:00Z..2025-10-02T08:14:22Z\n(HoldsValues)",
    );
    is_refused(
        r#"[{"name":"A"},{"name":"B"}]"#,
        "list of names",
        "--json name,updatedAt",
    );
    is_refused(
        r#"{"message":"Not Found","documentation_url":"https://x","status":"404"}"#,
        "an error",
        "ask again",
    );
    let token = |id: usize| {
        format!(
            r#"{{"token_id":{id},"token_name":"t{id}","access_granted_at":"2025-06-01T10:00:00Z","token_expires_at":null}}"#
        )
    };
    let page = |from: usize, to: usize| format!("[{}]", (from..to).map(token).collect::<Vec<_>>().join(","));
    assert!(named(page(0, 30).as_bytes()).unwrap().ends_with("(Incomplete)\n"));
    assert!(
        !named((page(0, 30) + &page(30, 37)).as_bytes())
            .unwrap()
            .contains("Incomplete")
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
fn platforms() {
    let row = r#"{"type":"sensitive","id":"i","key":"A","target":["production"],"createdAt":1704103200000,"updatedAt":1759392862123}"#;
    let proof = "vercel\nA copy 2024-01-01T10:00:00Z..2025-10-02T08:14:22.123Z in production";
    for text in [
        row.to_owned(),
        format!("[{row}]"),
        format!(r#"{{"envs":[{row}],"pagination":{{"count":1,"next":null,"prev":null}}}}"#),
        format!(
            r#"{{"envs":[],"pagination":{{"next":1759392862123}}}}{{"envs":[{row}],"pagination":{{"next":null}}}}"#
        ),
        format!(r#"{{"data":[{row}],"pagination":{{"next":null}}}}"#),
    ] {
        proves(&text, proof);
    }
    // A secret of Netlify has its values left empty.
    for text in [
        r#"[{"key":"A","values":[{"id":"i","context":"production","value":""}],"is_secret":true,"updated_at":"2025-10-02T08:14:22Z"}]"#,
        r#"{"key":"A","scopes":["builds"],"values":[{"id":"i","context":"production"}],"updated_at":"2025-10-02T08:14:22.000Z"}"#,
    ] {
        proves(text, "netlify\nA copy ..2025-10-02T08:14:22Z in production");
    }
    proves(
        r#"{"name":"A","digest":"d","created_at":"2024-01-01T10:00:00Z","updated_at":"2025-10-02T08:14:22Z"}"#,
        "fly-api\nA copy 2024-01-01T10:00:00Z..2025-10-02T08:14:22Z",
    );
    proves(
        r#"{"result":{"name":"A","store_id":"s","created":"2024-01-01T10:00:00Z","modified":"2025-10-02T08:14:22Z"},"success":true,"errors":[]}"#,
        "cloudflare-secrets-store\nA copy 2024-01-01T10:00:00Z..2025-10-02T08:14:22Z",
    );
    is_refused(
        r#"{"result":null,"success":false,"errors":[{"code":10000,"message":"x"}]}"#,
        "an error",
        "ask again",
    );
    is_refused(
        r#"[{"Name":"A","Digest":"d","CreatedAt":"2024-01-01T10:00:00Z"}]"#,
        "no dates that tell",
        "Machines API",
    );
    is_refused(
        r#"{"variable_type":"env_var","key":"A","value":"x"}"#,
        "GitLab carry no dates",
        "rotation record",
    );
}

#[test]
fn dates_far_away_and_odd() {
    let of = |date: &str| {
        let text = format!(r#"{{"SecretList":[{{"Name":"A","ARN":"a","CreatedDate":{date}}}]}}"#);
        named(text.as_bytes()).unwrap().lines().nth(1).unwrap().to_owned()
    };
    for (date, instant) in [
        ("-14182940", "1969-07-20T20:17:40Z"),
        ("\"1969-07-20T20:17:40Z\"", "1969-07-20T20:17:40Z"),
        ("4102444800", "2100-01-01T00:00:00Z"),
        ("\"2262-04-11T23:47:16.854775807Z\"", "2262-04-11T23:47:16.854775807Z"),
        ("\"2016-12-31T23:59:60Z\"", "2017-01-01T00:00:00Z"),
        ("\"2025-10-02 08:14:22.5 +0000 UTC\"", "2025-10-02T08:14:22.5Z"),
        ("\"2025-10-02T08:14:22.1234567Z\"", "2025-10-02T08:14:22.1234567Z"),
        ("\"2025-10-01T23:59:59.999999-08:00\"", "2025-10-02T07:59:59.999999Z"),
    ] {
        assert_eq!(of(date), format!("A store {instant}.."), "{date}");
    }
    for date in [
        "1e300",
        "\"2025-10-02\\u0000\"",
        "\"2025-13-02\"",
        "\"2025-10-02T08:14:61Z\"",
        "\"10/02/2025\"",
        "1759392862123456",
    ] {
        assert_eq!(of(date), "A store ?", "{date}");
    }
}

/// A list of a hundred thousand rows, pages or odd dates takes a moment, not minutes.
#[test]
fn large_exports_are_read_in_linear_time() {
    let rows = |row: &dyn Fn(usize) -> String, between: &str| (0..100_000).map(row).collect::<Vec<_>>().join(between);
    let started = std::time::Instant::now();
    for text in [
        format!(
            "[{}]",
            rows(
                &|id| format!(r#"{{"name":"A{id}","updatedAt":"2025-10-02T08:14:22Z"}}"#),
                ","
            )
        ),
        rows(
            &|id| format!(r#"{{"Name":"A{id}","Versions":[{CURRENT}],"NextToken":"t"}}"#),
            "\n",
        ),
        rows(&|id| format!(r#"{{"Name":"A{id}","CreatedDate":"no"}}"#), "\n"),
        rows(&|id| format!(r#"{{"total_count":{id},"secrets":[]}}"#), "\n"),
    ] {
        assert!(import(text.as_bytes(), &ImportOptions::default()).is_ok());
    }
    assert!(started.elapsed().as_secs() < 60, "{:?}", started.elapsed());
}

/// What a loop over projects, accounts, vaults or configs writes: the same name in each is a secret of its own, whichever is younger.
#[test]
fn the_same_name_in_two_stores_is_two_secrets() {
    let version = |project: &str, number: u32, date: &str| {
        format!(
            r#"{{"name":"projects/{project}/secrets/A/versions/{number}","state":"ENABLED","createTime":"{date}T00:00:00Z"}}"#
        )
    };
    proves(
        &format!(
            "[{}][{}]",
            version("111", 3, "2024-01-01"),
            version("222", 9, "2025-10-02")
        ),
        "gcloud-secret-versions
        A store = 2024-01-01T00:00:00Z gcp:3
        A store = 2025-10-02T00:00:00Z gcp:9",
    );
    let version = |account: &str, date: &str| {
        format!(
            r#"{{"ARN":"arn:aws:secretsmanager:eu-central-1:{account}:secret:A-1a2B3c","Name":"A","Versions":[{{"VersionId":"v","VersionStages":["AWSCURRENT"],"CreatedDate":"{date}T00:00:00Z"}}]}}"#
        )
    };
    proves(
        &format!("{}{}", version("222", "2025-10-02"), version("111", "2024-01-01")),
        "aws-secret-versions
        A store = 2024-01-01T00:00:00Z aws-sm:v
        A store = 2025-10-02T00:00:00Z aws-sm:v",
    );
    let version = |vault: &str, date: &str| {
        format!(
            r#"{{"attributes":{{"created":"{date}T00:00:00+00:00","enabled":true,"updated":"{date}T00:00:00+00:00"}},"id":"https://{vault}.vault.azure.net/secrets/A/22ab","name":"A"}}"#
        )
    };
    proves(
        &format!(
            "[{}][{}]",
            version("kv-one", "2024-01-01"),
            version("kv-two", "2025-10-02")
        ),
        "azure-key-vault
        A store = 2024-01-01T00:00:00Z azure-kv:22ab in kv-one
        A store = 2025-10-02T00:00:00Z azure-kv:22ab in kv-two",
    );
    let log = |config: &str, date: &str| {
        format!(
            r#"{{"logs":[{{"id":"i","text":"Modified","created_at":"{date}T00:00:00Z","config":"{config}","environment":"e","diff":[{{"name":"A"}}]}}]}}"#
        )
    };
    proves(
        &format!("{}{}", log("one", "2024-01-01"), log("two", "2025-10-02")),
        "doppler-log
        A store = 2024-01-01T00:00:00Z in e+one
        A store = 2025-10-02T00:00:00Z in e+two",
    );
}

/// A roll-back of Heroku brings the old values back, so what was set before it is as old as anything.
#[test]
fn a_roll_back_of_heroku_makes_nothing_young() {
    let release = |version: u32, what: &str, day: u32| {
        format!(
            r#"{{"version":{version},"description":"{what}","created_at":"2025-10-{day:02}T00:00:00Z","status":"succeeded"}}"#
        )
    };
    proves(
        &format!(
            "[{},{},{},{}]",
            release(1, "Set A, B config vars", 1),
            release(2, "Set A config vars", 2),
            release(3, "Rollback to v1", 3),
            release(4, "Set B config vars", 4)
        ),
        "heroku-releases
        A copy ..2025-10-03T00:00:00Z
        B copy = 2025-10-04T00:00:00Z",
    );
}
