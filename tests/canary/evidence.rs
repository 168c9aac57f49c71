//! What is in an export or a ledger is not printed either.

use envgate::check::{AgeEvidence, ExportInput};
use envgate::report::human::{self, Style};
use envgate::report::{Export, ages};
use envgate::source::{PositionEncoding, Source, SourceId};
use envgate::{EnvironmentInput, Options, check};
use proptest::prelude::*;

use crate::pieces::Pieces;
use crate::planted::{SCHEMA, secret};
use crate::said::{debug_of, everything_said, exports_of};
use crate::{compile, config};

/// Exports of every kind that is read, and of some that are refused: `@` is a secret, in every place where such a file may hold one.
const EXPORTS: &[&str] = &[
    r#"{"SecretList":[{"Name":"prod/SECRET_KEY","ARN":"@","Description":"@","CreatedDate":1741687200,"LastChangedDate":"@","Tags":[{"Key":"@","Value":"@"}]}],"NextToken":"@"}"#,
    r#"{"Name":"SECRET_KEY","Versions":[{"VersionId":"@ @","VersionStages":["AWSCURRENT","@"],"CreatedDate":"2025-10-02T08:14:22Z","@":"@"}]}"#,
    r#"{"Name":"@","CreatedDate":"2025-10-02T08:14:22Z"}"#,
    r#"{"SecretString":"@","Name":"SECRET_KEY"}"#,
    r#"{"Parameters":[{"Name":"/prod/SECRET_KEY","Value":"@","LastModifiedDate":1759392862,"Policies":[{"PolicyText":"@"}]}]}"#,
    r#"{"AccessKeyMetadata":[{"UserName":"@","AccessKeyId":"@","SecretAccessKey":"@","CreateDate":"@","Status":"@"}]}"#,
    "user,arn,access_key_1_active,access_key_1_last_rotated\nSECRET_KEY,@,true,@\n@,@,true,2025-10-02T08:14:22Z\n@",
    r#"{"data":{"current_version":2,"versions":{"2":{"created_time":"2025-10-02T08:14:22Z","@":"@"}},"custom_metadata":{"expires":"@","@":"@"}}}"#,
    r#"{"data":{"data":{"SECRET_KEY":"@"},"metadata":{"created_time":"@"}}}"#,
    r#"[{"name":"projects/@/secrets/SECRET_KEY/versions/3","state":"ENABLED","createTime":"2025-10-02T08:14:22Z","etag":"@"}]"#,
    r#"[{"id":"https://@.vault.azure.net/secrets/SECRET-KEY/@","value":"@","attributes":{"created":1759392862,"expires":"@"},"tags":{"@":"@"}}]"#,
    r#"{"apiVersion":"v1","kind":"Secret","metadata":{"name":"@","namespace":"@","creationTimestamp":"2025-10-02T08:14:22Z","annotations":{"@":"@"}},"data":{"SECRET_KEY":"@","@":"@"}}"#,
    "apiVersion: v1\nkind: Secret\nmetadata:\n  creationTimestamp: '@'\nstringData:\n  SECRET_KEY: '@'\n  '@': \"@\"\n  B: |\n    @\n",
    r#"[{"name":"SECRET_KEY","updatedAt":"2025-10-02T08:14:22Z","value":"@","visibility":"@"},{"name":"@","updatedAt":"@"}]"#,
    r#"{"SECRET_KEY":"ENC[AES256_GCM,data:@,iv:@,tag:@,type:str]","@":"@","sops":{"lastmodified":"2025-10-02T08:14:22Z","mac":"@"}}"#,
    "SECRET_KEY=ENC[AES256_GCM,data:@,iv:@ @,type:str]\n@=@\nsops_lastmodified=@\nsops_mac=@\n",
    r#"{"secrets":[{"secretKey":"SECRET_KEY","secretValue":"@","secretComment":"@","updatedAt":"@","environment":"@"}]}"#,
    r#"{"logs":[{"created_at":"2025-10-02T08:14:22Z","text":"@","diff":[{"name":"SECRET_KEY","added":"@","removed":"@"}]}]}"#,
    r#"{"title":"@","vault":{"name":"@"},"category":"@","updated_at":"2025-10-02T08:14:22Z","fields":[{"label":"SECRET_KEY","value":"@"},{"label":"@","value":"@"}]}"#,
    r#"{"envs":[{"key":"SECRET_KEY","value":"@","target":["production","@"],"updatedAt":1759392862123,"@":"@"}]}"#,
    r#"[{"key":"SECRET_KEY","values":[{"context":"@","value":"@"}],"updated_at":"@"}]"#,
    r#"{"secrets":[{"name":"SECRET_KEY","digest":"@","updated_at":"2025-10-02T08:14:22Z"}]}"#,
    r#"[{"version":1,"description":"Set SECRET_KEY, @ config vars","created_at":"2025-10-02T08:14:22Z","status":"@"}]"#,
    r#"{"SECRET_KEY":"@"}"#,
    r#"["@"]"#,
    r#"{"errors":["@"]}"#,
    "@",
    "{\"SECRET_KEY\": @",
    "{\"SECRET_KEY\": \"@",
];

/// Ledgers, valid and broken, with secrets in the same way.
const LEDGERS: &[&str] = &[
    r#"{"environment":"production","key":"SECRET_KEY","rotatedAt":"2026-11-01T00:00:00Z","by":"@ @","origin":"@"}"#,
    r#"{"environment":"production","key":"SECRET_KEY","rotatedAt":"2027-11-01T00:00:00Z","kid":"@","fingerprint":"KRXB","mac":"AAAAAAAAAAAAAAAAAAAAAA"},
       {"environment":"production","key":"SECRET_KEY","rotatedAt":"2027-11-01T00:00:00Z","kid":"@"}"#,
    r#"{"environment":"@","key":"SECRET_KEY","rotatedAt":"2026-11-01T00:00:00Z"}"#,
    r#"{"environment":"production","key":"@","rotatedAt":"2026-11-01T00:00:00Z"}"#,
    r#"{"environment":"production","key":"SECRET_KEY","rotatedAt":"@","reason":"@","@":"@","fingerprint":"@","mac":"@"}"#,
    "<<<<<<< @\nnull,\n>>>>>>> @\nnull",
    "@",
];

proptest! {
    #![proptest_config(config(48))]

    #[test]
    fn no_report_on_evidence_holds_a_piece_of_a_secret(
        exports in prop::collection::vec(0..EXPORTS.len(), 1..6),
        ledger in 0..LEDGERS.len(),
        secrets in prop::collection::vec(secret(), 24),
    ) {
        let mut fill = secrets.iter().cycle();
        let mut filled = |text: &str| text.split('@').collect::<Vec<_>>().iter().enumerate().fold(String::new(), |text, (index, part)| {
            if index == 0 { (*part).to_owned() } else { text + fill.next().unwrap() + part }
        });
        let schema = SCHEMA.replacen("\"secret\": true, \"minBits\": 512", "\"secret\": { \"maxAge\": \"P90D\", \"evidence\": \"comment\" }", 1);
        let mut sources = vec![
            Source::new("env.schema.json", schema).unwrap(),
            Source::new(".env.production", format!("# rotated: {}\nSECRET_KEY={}\n", secrets[0], secrets[1])).unwrap(),
        ];
        for export in exports {
            sources.push(Source::new(format!("SECRET_KEY.{}.json", sources.len()), filled(EXPORTS[export])).unwrap());
        }
        let book = SourceId(u32::try_from(sources.len()).unwrap());
        sources.push(Source::new("env.rotation.json", format!("{{\"version\": 1, \"entries\": [\n{},\nnull]}}", filled(LEDGERS[ledger]))).unwrap());
        let schema = compile(&sources[0]);
        let id = schema.find_environment("production");
        let environments = [EnvironmentInput::new(id.unwrap(), [SourceId(1)])];
        let input = |source| ExportInput { source: SourceId(source), environment: id, ..ExportInput::default() };
        let mut said = Vec::new();
        // Each is read alone, so that one that is refused does not keep the others from being used.
        for source in 2..=book.0 {
            let (exports, ledger) = if source == book.0 { (vec![], Some(book)) } else { (vec![input(source)], None) };
            let read = AgeEvidence::read(&schema, &sources, &exports, Vec::new(), ledger);
            said.push(("what evidence is refused for", format!("{:?}", read.as_ref().err())));
            let Ok(ages) = read else { continue };
            said.extend(ages.notes().map(|(_, note)| ("a note", note.message.clone())));
            let options = Options { now: "2026-11-20T00:00:00Z".parse().unwrap(), ages, ..Options::default() };
            let report = check(&schema, &sources, &environments, &options);
            said.extend(debug_of(&schema, &sources, &environments, &report));
            said.extend(everything_said(&schema, &sources, &environments, &report));
            said.extend(exports_of(&sources, &report));
            let export = Export::new(&report, &sources, PositionEncoding::Scalar);
            said.extend([
                ("the table", ages::table::render(&report)),
                ("the ages", ages::json::render(&export)),
                ("the list", ages::markdown::render(&export)),
                ("the calendar", ages::calendar::render(&report, "a", ages::calendar::Names::Shown)),
                ("the gauges", ages::prometheus::render(&export)),
            ]);
            let mut masked = envgate::check::mask(&schema, &sources, &environments);
            masked[book.0 as usize] = envgate::check::mask_ledger(&schema, &sources[book.0 as usize]);
            said.push(("human", human::render(&report, &sources, &masked, Style { width: 200, ..Style::PLAIN })));
        }
        let pieces = Pieces::of(&secrets);
        for (what, text) in said {
            if let Some(piece) = pieces.leaked(&text) {
                return Err(TestCaseError::fail(format!("{what} holds {piece}:\n{text}")));
            }
        }
    }
}
