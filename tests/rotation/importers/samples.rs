//! One sample of every kind of export, with what it proves.

use envgate::rotation::importers::{ImportOptions, import};

use super::shown;
use crate::sample;

/// What the sample says.
fn read(name: &str) -> String {
    let options = ImportOptions {
        name: Some("named-by-the-file"),
        ..ImportOptions::default()
    };
    shown(&import(&sample(name), &options).unwrap_or_else(|error| panic!("{name}: {error:?}")))
}

macro_rules! samples {
    ($($test:ident: $file:literal => $lines:literal;)*) => {
        $(#[test]
        fn $test() {
            let expected: String = $lines.lines().map(str::trim).filter(|line| !line.is_empty()).map(|line| format!("{line}\n")).collect();
            assert_eq!(read($file), expected);
        })*
    };
}

samples! {
    aws_secret_versions: "aws-secretsmanager-list-secret-version-ids.json" => "
        aws-secret-versions
        prod/app/DATABASE_PASSWORD store = 2025-10-02T08:14:22Z aws-sm:22222222-2222-4222-8222-EXAMPLE00002
    ";
    // A managed rotation bounds the value from below; any change of the secret, from above.
    // Which version the last rotation made is not said, and the one in use may be older.
    aws_secret: "aws-secretsmanager-describe-secret.json" => "
        aws-secrets
        prod/app/DATABASE_PASSWORD store 2024-01-01T10:00:00.25Z..2025-11-13T13:41:11.5Z every P90D
    ";
    aws_secrets_with_epoch_numbers: "aws-secretsmanager-list-secrets.wire.json" => "
        aws-secrets
        prod/app/DATABASE_PASSWORD store 2025-10-01T08:14:22.123Z..2025-11-13T13:41:11.5Z every P90D
        prod/app/STRIPE_API_KEY store 2025-03-11T10:00:00Z..2025-11-13T13:41:11.9Z
        (Incomplete)
    ";
    // The same instants, as another version of the CLI writes them in Los Angeles.
    aws_secrets_with_local_offsets: "aws-secretsmanager-list-secrets.iso8601-local.json" => "
        aws-secrets
        prod/app/STRIPE_API_KEY store 2025-03-11T10:00:00Z..2025-11-13T13:41:11.9Z
    ";
    aws_parameters: "aws-ssm-describe-parameters.json" => "
        aws-parameters
        /prod/app/SMTP_PASSWORD store ..2025-08-20T07:30:11.205Z ends 2026-02-18T00:00:00Z every P60D
        /prod/app/LOG_LEVEL store ..2025-01-04T23:00:00Z
    ";
    aws_access_keys: "aws-iam-list-access-keys.json" => "
        aws-access-keys
        id AKIAIOSFODNN7EXAMPLE issuer = 2025-09-01T12:00:00Z
        (Inactive)
    ";
    aws_credential_report: "aws-iam-credential-report.csv" => "
        aws-credential-report
        ci-deploy issuer = 2025-09-01T12:00:00Z
    ";
    // The export doesn't say of which path it is; the file's name does.
    vault: "vault-kv-metadata-get.json" => "
        vault-kv-metadata
        named-by-the-file store = 2025-10-02T08:14:22.749233814Z vault:3
        named-by-the-file comment ? ends 2026-03-31T00:00:00Z
    ";
    gcloud_secret_versions: "gcloud-secrets-versions-list.json" => "
        gcloud-secret-versions
        DATABASE_PASSWORD store = 2025-10-02T08:14:22.123456Z gcp:3
    ";
    gcloud_secret: "gcloud-secrets-describe.json" => "
        gcloud-secrets
        DATABASE_PASSWORD store 2024-01-01T10:00:00Z.. ends 2027-01-01T00:00:00Z every P90D
    ";
    gcloud_service_account_keys: "gcloud-iam-service-accounts-keys-list.json" => "
        gcloud-service-account-keys
        id 0123456789abcdef0123456789abcdef01234567 issuer = 2025-03-11T10:00:00Z ends never
    ";
    azure_versions: "az-keyvault-secret-list-versions.json" => "
        azure-key-vault
        DATABASE-PASSWORD store = 2025-10-02T08:14:22Z ends 2026-01-30T00:00:00Z azure-kv:22222222222242228222example000002 in example-kv
    ";
    azure_list: "az-keyvault-secret-list.json" => "
        azure-key-vault
        DATABASE-PASSWORD store 2025-10-02T08:14:22Z..2025-11-13T13:41:11Z ends 2026-01-30T00:00:00Z in example-kv every P90D
        STRIPE-API-KEY store = 2025-03-11T10:00:00Z in example-kv
    ";
    azure_rest: "azure-keyvault-rest-get-secrets.json" => "
        azure-key-vault
        DATABASE-PASSWORD store 2025-10-02T08:14:22Z..2025-11-13T13:41:11Z ends 2026-01-30T00:00:00Z in example-kv
        (Incomplete)
    ";
    kubernetes_secrets: "kubectl-get-secret.redacted.json" => "
        kubernetes
        prod/app-env/DATABASE_PASSWORD copy 2024-01-01T10:00:00Z..2025-10-02T08:15:03Z
        prod/app-env/STRIPE_API_KEY copy 2024-01-01T10:00:00Z..2025-10-02T08:15:03Z
        prod/smtp/SMTP_PASSWORD copy 2023-05-05T05:05:05Z..2025-08-20T07:30:11Z
    ";
    // `refreshTime` is two days old in the sample and proves nothing.
    kubernetes_external_secret: "kubectl-get-externalsecret.json" => "
        kubernetes
        prod/app-env copy ?
        (NoEvidence)
    ";
    kubernetes_certificate: "kubectl-get-certificate.json" => "
        kubernetes
        prod/app-tls issuer = 2025-12-01T00:00:00Z good through 2026-03-01T00:00:00Z
    ";
    github_cli: "gh-secret-list.json" => "
        github-secrets
        DATABASE_PASSWORD copy = 2025-10-02T08:14:22Z
        STRIPE_API_KEY copy = 2025-03-11T10:00:00Z
    ";
    github_rest: "github-rest-actions-secrets.json" => "
        github-secrets
        DATABASE_PASSWORD copy = 2025-10-02T08:14:22Z
        STRIPE_API_KEY copy = 2025-03-11T10:00:00Z
    ";
    github_tokens: "github-rest-org-personal-access-tokens.json" => "
        github-tokens
        deploy-bot issuer ..2025-06-01T10:00:00Z ends 2026-02-01T00:00:00Z
    ";
    sops_dotenv: "sops-dotenv.enc.env" => "
        sops
        DATABASE_PASSWORD store ..2025-11-13T13:41:11Z sops-iv:ZXhhbXBsZS1pdi0wMDAx
        STRIPE_API_KEY store ..2025-11-13T13:41:11Z sops-iv:ZXhhbXBsZS1pdi0wMDAy
    ";
    sops_json: "sops-file.enc.json" => "
        sops
        DATABASE_PASSWORD store ..2025-11-13T13:41:11Z sops-iv:ZXhhbXBsZS1pdi0wMDAx
        STRIPE_API_KEY store ..2025-11-13T13:41:11Z sops-iv:ZXhhbXBsZS1pdi0wMDAy
    ";
    infisical: "infisical-secrets-list.json" => "
        infisical
        DATABASE_PASSWORD store 2024-01-01T10:00:00Z..2025-10-02T08:14:22.123Z infisical:3 in prod every P90D
    ";
    doppler_log: "doppler-config-logs.json" => "
        doppler-log
        DATABASE_PASSWORD store = 2025-10-02T08:14:22.123Z in prd+prd
        (HoldsValues)
    ";
    onepassword: "onepassword-op-item-list.json" => "
        onepassword
        prod/app DATABASE_PASSWORD store 2024-01-01T10:00:00Z..2025-10-02T08:14:22Z op:5 in prod
    ";
    vercel: "vercel-env-ls.json" => "
        vercel
        DATABASE_PASSWORD copy 2024-01-01T10:00:00Z..2025-10-02T08:14:22.123Z in production
        STRIPE_API_KEY copy = 2025-03-11T10:00:00Z in production+preview
        (HoldsValues)
    ";
    netlify: "netlify-env.json" => "
        netlify
        DATABASE_PASSWORD copy ..2025-10-02T08:14:22Z in production
    ";
    fly_api: "fly-machines-api-secrets.json" => "
        fly-api
        DATABASE_PASSWORD copy 2024-01-01T10:00:00Z..2025-10-02T08:14:22Z
    ";
    cloudflare_secrets_store: "cloudflare-secrets-store-list.json" => "
        cloudflare-secrets-store
        DATABASE_PASSWORD copy 2024-01-01T10:00:00Z..2025-10-02T08:14:22Z
    ";
    heroku_releases: "heroku-releases.json" => "
        heroku-releases
        DATABASE_PASSWORD copy = 2025-10-02T08:14:22Z
    ";
}
