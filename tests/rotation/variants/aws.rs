//! AWS: Secrets Manager, parameters, access keys, the credential report.

use super::{is_refused, proves};

pub(crate) const CURRENT: &str =
    r#"{"VersionId":"v2","VersionStages":["AWSCURRENT"],"CreatedDate":"2025-10-02T10:14:22.5+02:00"}"#;
const BEFORE: &str = r#"{"VersionId":"v1","VersionStages":["AWSPREVIOUS"],"CreatedDate":"2025-03-11T10:00:00Z"}"#;

#[test]
fn versions_of_a_secret() {
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
fn secrets() {
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
    // `AWSCURRENT` was moved back: the date of the rotation is not that of the version in use.
    for (stages, from) in [
        (
            r#""SecretVersionsToStages":{"old":["AWSCURRENT"],"new":["AWSPREVIOUS","AWSPENDING"]}"#,
            "1970-01-01T00:00:00Z",
        ),
        (
            r#""VersionIdsToStages":{"old":["AWSPREVIOUS"],"new":["AWSCURRENT","AWSPENDING"]}"#,
            "1970-01-09T00:00:00Z",
        ),
        (r#""VersionIdsToStages":{}"#, "1970-01-01T00:00:00Z"),
        (r#""VersionIdsToStages":null"#, "1970-01-01T00:00:00Z"),
    ] {
        proves(
            &format!(r#"{{"Name":"A","CreatedDate":0,"LastChangedDate":864001,"LastRotatedDate":777600,{stages}}}"#),
            &format!("aws-secrets\nA store {from}..1970-01-11T00:00:01Z"),
        );
    }
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
fn parameters_and_access_keys() {
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
    // An active key may lack dates; an inactive key is not in use.
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
