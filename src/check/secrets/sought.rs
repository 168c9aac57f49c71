//! Formats that are only searched for in texts, sorted by provider.
//!
//! No rule about values uses these, so they are not part of what a browser or a Node program loads. They come from documentation of the
//! providers and from the rules of other scanners, as far as prefix or structure distinguish the tokens from everything else.

use super::checksum::Checksum;
use super::{Dated, Format, Mode, Secrecy, shape};

/// Creates a format from provider, name, prefix, and the shape of the rest.
const fn key(provider: &'static str, name: &'static str, lead: &'static str, rest: &'static str) -> Format {
    Format {
        provider,
        name,
        lead,
        rest,
        least: (lead.len() + shape::least(rest.as_bytes())) as u16,
        around: "_-",
        secrecy: Secrecy::Secret,
        mode: Mode::Any,
        checksum: Checksum::None,
        lifetime: 0,
        context: "",
        dated: Dated::No,
    }
}

impl Format {
    /// Sets the signs that may not surround it.
    const fn around(self, around: &'static str) -> Format {
        Format { around, ..self }
    }

    /// Requires one of these words nearby.
    const fn near(self, context: &'static str) -> Format {
        Format { context, ..self }
    }

    /// Marks it as what may be a secret or an example of one.
    const fn either(self) -> Format {
        Format {
            secrecy: Secrecy::Either,
            ..self
        }
    }

    /// Marks it as the name of a secret.
    const fn id(self) -> Format {
        Format {
            secrecy: Secrecy::Id,
            ..self
        }
    }

    /// Marks it as a token for tests.
    const fn test(self) -> Format {
        Format {
            mode: Mode::Test,
            ..self
        }
    }

    /// Marks it as a live token.
    const fn live(self) -> Format {
        Format {
            mode: Mode::Live,
            ..self
        }
    }
}

/// The name of the formats of passwords that follow the option of a command, or stand in a `.netrc`: only the end of one is the password.
pub(super) const GIVEN: &str = "plain password";

const UUID: &str = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}";

#[rustfmt::skip]
pub(super) static SOUGHT: &[Format] = &[
    key("", "kubeadm bootstrap token", "", r#"[a-z0-9]{6}\.[a-z0-9]{16}"#).near("kubeadm bootstrap").around("_.-"),
    key("", GIVEN, "", r#"(?:-u|--user)[ =]["']?[A-Za-z0-9._%@+-]{1,80}:[^\s"'`$<>{}|;&()]{8,200}"#).near("curl").around("-").either(),
    key("", GIVEN, "", r#"-p ?["']?[^-\s"'`$<>{}|;&()][^\s"'`$<>{}|;&()]{7,200}"#).near("sshpass").around("-:").either(),
    key("", GIVEN, "", r#"-p["']?[^-\s"'`$<>{}|;&()][^\s"'`$<>{}|;&()]{7,200}"#).near("mysql mysqldump mariadb").around("-:").either(),
    key("", GIVEN, "", r#"-p ["']?[^-\s"'`$<>{}|;&()][^\s"'`$<>{}|;&()]{7,200}"#).near("login").around("-:").either(),
    key("", GIVEN, "", r#"-a ["']?[^-\s"'`$<>{}|;&()][^\s"'`$<>{}|;&()]{7,200}"#).near("redis-cli").around("-:").either(),
    key("", GIVEN, "login ", r#"[^\s]{1,80}[\s]{1,8}password[\s]{1,8}[^\s"'`$<>{}|;&()]{8,200}"#).around("").either(),
    key("", "JSON Web Token in base64", "ZXlKaGJHY2lPaU", "[A-Za-z0-9+/_-]{80,4000}={0,2}").around("+/=_-"),
    key("", "JSON Web Token in base64", "ZXlKMGVYQWlPaU", "[A-Za-z0-9+/_-]{80,4000}={0,2}").around("+/=_-"),
    key("", "PuTTY private key", "PuTTY-User-Key-File-", r#"[123]: [a-z0-9@.-]{3,40}"#).around("*"),
    key("", "private key", "---- BEGIN SSH2 ENCRYPTED PRIVATE ", r#"KEY ----(?:\\n|\\r\\n)?[\s]{0,4}[A-Za-z0-9+/=:]{8,}"#).around("*"),
    key("", "Tor service key", "== ed25519v1-secret: ", "type0 ==").around("*"),
    key("", "wallet key", "xprv", "[1-9A-HJ-NP-Za-km-z]{107}").around(""),
    key("", "Nostr private key", "nsec1", "[qpzry9x8gf2tvdw0s3jn54khce6mua7l]{58}").around(""),
    key("", "minisign secret key", "RWRTY0Iy", "[A-Za-z0-9+/]{203}=").around("+/="),
    key("", "signify secret key", "RWRCSwAA", "[A-Za-z0-9+/]{130,131}={0,2}").around("+/="),
    key("", "private key", "-----BEGIN ENCRYPTED ", r#"(?:SIGSTORE|COSIGN) PRIVATE KEY-----(?:\\n|\\r\\n)?[\s]{0,4}[A-Za-z0-9+/=]{16,}"#).around("*"),
    key("AWS", "access key id", "A3T", "[A-Z0-9][A-Z2-7]{16}").around("").id(),
    key("AWS", "session token", "FwoGZXIvYXdz", "[A-Za-z0-9/+]{150,2000}={0,2}").around("/+="),
    key("AWS", "session token", "IQoJb3JpZ2lu", "[A-Za-z0-9/+]{150,2000}={0,2}").around("/+="),
    key("AWS", "Marketplace token", "amzn.mws.", UUID),
    key("AWS", "AppSync key", "da2-", "[a-z0-9]{26}"),
    key("Adobe", "client secret", "p8e-", "[A-Za-z0-9_-]{32}"),
    key("Aikido", "CI token", "AIK_CI_", "[A-Za-z0-9]{20,44}"),
    key("Aikido", "client secret", "AIK_SECRET_", "[A-Za-z0-9]{64}"),
    key("Aiven", "service password", "AVNS_", "[A-Za-z0-9_-]{19}"),
    key("Amazon", "client secret", "amzn1.oa2-cs.v1.", "[0-9a-f]{64}"),
    key("Anthropic", "OAuth access token", "sk-ant-oat", "[0-9]{2}-[A-Za-z0-9_-]{80,120}"),
    key("Anthropic", "OAuth refresh token", "sk-ant-ort", "[0-9]{2}-[A-Za-z0-9_-]{80,120}"),
    key("Anthropic", "session key", "sk-ant-sid", "[0-9]{2}-[A-Za-z0-9_-]{80,120}"),
    key("Apify", "API token", "apify_api_", "[A-Za-z0-9]{34,38}"),
    key("Asaas", "API token", "$aact_", "(?:prod|hmlg)_[A-Za-z0-9_:=-]{20,300}"),
    key("Asana", "access token", "", "[0-2]/[0-9]{16}:[0-9a-f]{32}").near("asana").around("/_-"),
    key("Asana", "access token", "", "[0-2]/[0-9]{14,17}/[0-9]{14,17}:[0-9a-f]{32}").near("asana").around("/_-"),
    key("Atlassian", "app password", "ATBB", "[A-Za-z0-9]{24}[0-9A-F]{8}"),
    key("Atlassian", "repository access token", "ATCTT3", "[A-Za-z0-9_=+/-]{100,260}=[0-9A-F]{8}").around("_=-"),
    key("Atlassian", "Data Center token", "BBDC-", "[A-Za-z0-9+/@_-]{40,50}").around("+/@_-"),
    key("Authress", "service client key", "", r#"[a-z]{2,8}_[A-Za-z0-9]{5,30}\.[A-Za-z0-9]{4,6}\.acc[_-][A-Za-z0-9-]{10,32}\.[A-Za-z0-9+/_=-]{30,120}"#).around("_.+/=-"),
    key("Axiom", "API token", "xaat-", UUID),
    key("Axiom", "personal token", "xapt-", UUID),
    key("Azure", "shared access key", "", r#"[A-Za-z0-9+/]{33}\+A[SER][bhm][A-Za-z0-9+/]{5}[AEIMQUYcgkosw048]="#).around("+/="),
    key("Azure", "IoT Hub key", "", "[A-Za-z0-9+/]{33}AIoT[A-Za-z0-9+/]{5}[AEIMQUYcgkosw048]=").around("+/="),
    key("Azure", "Redis key", "", "[A-Za-z0-9+/]{33}AzCa[A-Za-z0-9+/]{5}[AEIMQUYcgkosw048]=").around("+/="),
    key("Azure", "Search key", "", "[A-Za-z0-9]{42}AzSe[A-Z][A-Za-z0-9]{5}"),
    key("Azure", "Functions key", "", "[A-Za-z0-9_-]{44}AzFu[A-Za-z0-9_-]{5}[AQgw]==").around("_=-"),
    key("Azure", "Batch key", "", r#"[A-Za-z0-9+/]{76}\+ABa[A-Za-z0-9+/]{5}[AQgw]=="#).around("+/="),
    key("Azure", "Machine Learning key", "", r#"[A-Za-z0-9+/]{76}\+AMC[A-Za-z0-9+/]{5}[AQgw]=="#).around("+/="),
    key("Azure", "Container Registry password", "", r#"[A-Za-z0-9+/]{42}\+ACR[A-Za-z0-9]{6}"#).around("+/="),
    key("Azure", "shared access key", "SharedAccessKey=", "[A-Za-z0-9+/]{42,100}={0,2}").around("+/="),
    key("Azure", "App Configuration secret", ";Secret=", "[A-Za-z0-9+/]{36,100}={0,2}").around("+/=").near("azconfig"),
    key("Azure", "Redis key", "", "[A-Za-z0-9+/]{43}=").around("+/").near("redis.cache"),
    key("Azure", "DevOps token", "", "[a-z2-7]{52}").near("azure_devops azuredevops azdo devops"),
    key("Azure", "DevOps token", "", "[A-Za-z0-9]{76}AZDO[A-Za-z0-9]{4}"),
    key("Azure", "Logic Apps URL", "", r#"[a-z0-9-]{2,40}\.[a-z0-9-]{2,40}\.logic\.azure\.com[:0-9]{0,4}/workflows/[0-9a-f]{32}/[A-Za-z0-9/._%?=&-]{10,300}sig=[A-Za-z0-9_-]{43}"#).around("*"),
    key("Bannerbear", "API key", "bb_", "(?:pr|ma)_[0-9a-f]{30}"),
    key("Beamer", "API token", "", "b_[A-Za-z0-9_=/+-]{44}").near("beamer"),
    key("Brave", "search API key", "", "BSA[A-Za-z0-9_-]{24,40}").near("brave"),
    key("Brevo", "SMTP key", "xsmtpsib-", "[0-9a-f]{64}-[A-Za-z0-9]{16}"),
    key("Buildkite", "token", "bk", "(?:aa|aj|ar|ct|pt|pat|ps)_[A-Za-z0-9_-]{54,333}"),
    key("Cal.com", "API key", "cal_live_", "[0-9a-f]{32}"),
    key("Canva", "client secret", "cnvca", "[A-Za-z0-9_-]{51}"),
    key("Cerebras", "API key", "csk-", "[a-z0-9]{48}"),
    key("Checkout.com", "secret key", "", "sk_[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}").near("checkout"),
    key("ClickUp", "API token", "pk_", "[0-9]{7,9}_[A-Z0-9]{32}"),
    key("Close", "API key", "api_", r#"[A-Za-z0-9]{22}\.[A-Za-z0-9]{22}"#).around("_.-"),
    key("Cloudsmith", "API key", "csa_", "[0-9a-f]{30}[A-Za-z0-9]{6}"),
    key("CockroachDB", "API key", "CCDB1_", "[A-Za-z0-9]{22}_[A-Za-z0-9]{40}"),
    key("ConfigCat", "SDK key", "configcat-sdk-1/", "[A-Za-z0-9_-]{22}/[A-Za-z0-9_-]{22}"),
    key("Cursor", "API key", "crsr_", "[A-Za-z0-9_-]{64}"),
    key("Cursor", "API key", "key_", "[0-9a-f]{64}"),
    key("DataStax", "application token", "AstraCS:", "[A-Za-z0-9]{20,30}:[0-9a-f]{64}"),
    key("Databento", "API key", "", "db-[A-Za-z0-9]{29}").near("databento"),
    key("Databricks", "OAuth secret", "dose", "[0-9a-f]{32}"),
    key("Defined Networking", "API token", "dnkey-", "[A-Za-z0-9_=-]{26}-[A-Za-z0-9_=-]{52}"),
    key("Dependency-Track", "API key", "odt_", "[A-Za-z0-9]{32}"),
    key("Depot", "token", "depot_", "(?:project|org)_[0-9a-f]{64}"),
    key("DevCycle", "server SDK key", "dvc_server_", "[A-Za-z0-9_]{8,60}"),
    key("Devin", "API key", "apk_user_", "[A-Za-z0-9+/]{120,180}={0,2}").around("+/=_-"),
    key("Devin", "service token", "cog_", "[a-z2-7]{52}"),
    key("Docker", "Swarm join token", "SWMTKN-1-", "[a-z0-9]{50,60}-[a-z0-9]{24,30}"),
    key("Docker", "Swarm unlock key", "SWMKEY-1-", "[A-Za-z0-9+/]{40,50}"),
    key("Dropbox", "access token", "", "[A-Za-z0-9]{11}AAAAAAAAAA[A-Za-z0-9_=-]{43}").near("dropbox"),
    key("E2B", "API key", "e2b_", "[0-9a-f]{40}(?:[0-9a-f]{32})?"),
    key("Elastic", "Cloud API key", "essu_", "[A-Za-z0-9_-]{60,200}={0,2}"),
    key("Endor Labs", "API key", "endr+", "[A-Za-z0-9-]{16}"),
    key("Facebook", "app access token", "", r#"[0-9]{14,17}\|[A-Za-z0-9_-]{27}"#).near("facebook fb_"),
    key("Figma", "access token", "", "[0-9]{4,8}-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}").near("figma"),
    key("Figma", "access token", "figp_", "[A-Za-z0-9_-]{40,54}"),
    key("Firecrawl", "API key", "fc-", "[0-9a-f]{32}"),
    key("Fleetbase", "API key", "flb_live_", "[0-9a-zA-Z]{20}").live(),
    key("Flexport", "API key", "shltm_", "[0-9a-zA-Z_-]{40}"),
    key("Flutterwave", "encryption key", "FLWSECK_TEST", "-?[0-9a-zA-Z]{12}").test(),
    key("Frame.io", "API token", "fio-u-", "[A-Za-z0-9_=-]{64}"),
    key("GitHub", "fine-grained personal access token", "github_pat_", "[A-Za-z0-9_]{82}").around("_"),
    key("GitLab", "CI job token", "glcbt-", "[0-9a-zA-Z]{1,5}_[A-Za-z0-9_-]{20}"),
    key("GitLab", "session cookie", "_gitlab_session=", "[0-9a-z]{32}"),
    key("GitLab", "runner registration token", "glrtr-", "[A-Za-z0-9_-]{20}"),
    key("GitLab", "workspace token", "glwt-", "[A-Za-z0-9_-]{20}"),
    key("Google", "OAuth refresh token", "1//0", "[A-Za-z0-9_-]{60,110}"),
    key("Google", "Cloud Messaging server key", "AAAA", "[A-Za-z0-9_-]{7}:[A-Za-z0-9_-]{140}"),
    key("Google", "storage HMAC key id", "GOOG1", "[A-Z0-9]{24,57}").id(),
    key("Google", "OAuth access token", "ya29.", "[A-Za-z0-9_-]{40,400}"),
    key("Grafana", "Cloud access policy token", "glc_", "[A-Za-z0-9+/]{32,400}={0,3}").around("+/=_-"),
    key("Helicone", "API key", "sk-helicone-", "[a-z0-9]{7}-[a-z0-9]{7}-[a-z0-9]{7}-[a-z0-9]{7}"),
    key("IBM", "Cloud API key", "", "[A-Za-z0-9_-]{44}").near("ibmcloud ibm_cloud"),
    key("Infracost", "API token", "ico-", "[A-Za-z0-9]{32}").around("_.-"),
    key("Inngest", "signing key", "signkey-branch-", "[0-9a-f]{64}"),
    key("Intra42", "client secret", "s-s4t2", "(?:ud|af)-[0-9a-f]{64}"),
    key("Ionic", "access token", "ion_", "[A-Za-z0-9]{42}"),
    key("JFrog", "reference token", "cmVmd", "[A-Za-z0-9]{59}"),
    key("Jenkins", "API token", "", "11[0-9a-f]{32}").near("jenkins"),
    key("JetBrains", "permanent token", "", r#"perm[:-][A-Za-z0-9+/]{4,100}={0,2}\.[A-Za-z0-9+/]{4,100}={0,2}\.[A-Za-z0-9]{24,40}"#).around("_.-+/="),
    key("Jina", "API key", "jina_", "[0-9a-f]{32}[A-Za-z0-9_-]{28}"),
    key("Kaggle", "API token", "KGAT_", "[0-9a-f]{32}"),
    key("Kagi", "API key", "", r#"[A-Za-z0-9_-]{11}\.[A-Za-z0-9_-]{43}"#).near("kagi").around("_.-"),
    key("Klaviyo", "private API key", "pk_", "[0-9a-f]{34}"),
    key("Lichess", "access token", "lip_", "[A-Za-z0-9]{20}"),
    key("LlamaCloud", "API key", "llx-", "[A-Za-z0-9]{48}"),
    key("Lob", "API key", "live_", "[0-9a-f]{35}").live(),
    key("Lob", "API key", "test_", "[0-9a-f]{35}").test(),
    key("MailerSend", "API token", "mlsn.", "[A-Za-z0-9]{30,100}").around("_.-"),
    key("MaxMind", "licence key", "", "[A-Za-z0-9]{6}_[A-Za-z0-9]{29}_mmk"),
    key("Mercury", "API token", "mercury_production_", "[a-z]{3,6}_[A-Za-z0-9]{40,50}_yrucrem").live(),
    key("Mergify", "application key", "mergify_application_key_", "[A-Za-z0-9_-]{40,200}"),
    key("Microsoft", "Teams webhook URL", "", r#"[a-zA-Z0-9-]{1,60}\.webhook\.office\.com/webhookb2/[a-zA-Z0-9@-]{60,90}/IncomingWebhook/[a-zA-Z0-9]{32}/[a-zA-Z0-9-]{36}"#).around("*"),
    key("Microsoft", "Teams webhook URL", "outlook.office.com/webhook/", "[a-zA-Z0-9@-]{60,90}/IncomingWebhook/[a-zA-Z0-9]{32}/[a-zA-Z0-9-]{36}").around("*"),
    key("Microsoft", "Power Automate URL", "", r#"[a-z0-9]{2,60}\.[0-9a-z]{1,3}\.environment\.api\.powerplatform\.com[:0-9]{0,4}/powerautomate/automations/direct/workflows/[0-9a-f]{32}/[A-Za-z0-9/._%?=&-]{10,300}sig=[A-Za-z0-9_-]{43}"#).around("*"),
    key("MiniMax", "API key", "sk-api-", "[A-Za-z0-9_-]{119}"),
    key("MongoDB Atlas", "service account secret", "mdb_sa_sk_", "[A-Za-z0-9_-]{40}"),
    key("NetBird", "access token", "nbp_", "[A-Za-z0-9]{36}"),
    key("Netlify", "build hook", "api.netlify.com/build_hooks/", "[0-9a-f]{24}").around("*"),
    key("New Relic", "ingest licence key", "", "[0-9a-fux]{32}[0-9a-fF]{4}NRAL"),
    key("New Relic", "mobile app token", "", "[0-9a-fAux]{42}-NRMA"),
    key("New Relic", "admin key", "NRAA-", "[0-9a-f]{27}"),
    key("New Relic", "browser key", "NRBR-", "[0-9a-f]{19}").id(),
    key("New Relic", "insert key", "NRII-", "[A-Za-z0-9_-]{25}"),
    key("New Relic", "query key", "NRIQ-", "[A-Za-z0-9_-]{25,32}"),
    key("New Relic", "browser key", "NRJS-", "[0-9a-f]{19}").id(),
    key("New Relic", "REST key", "NRRA-", "[0-9a-f]{42}"),
    key("New Relic", "Pixie key", "px-", "(?:api|dep)-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"),
    key("Okta", "API token", "", "00[A-Za-z0-9_-]{40}").near("okta ssws"),
    key("Ollama", "API key", "", r#"[0-9a-f]{32}\.[A-Za-z0-9_-]{24}"#).near("ollama").around("_.-"),
    key("OneSignal", "API key", "os_v2_", "(?:app|org)_[a-z2-7]{103}"),
    key("Onfido", "API token", "api_live.", r#"[A-Za-z0-9_-]{11}\.[A-Za-z0-9_-]{20,80}"#).around("_.-").live(),
    key("Onfido", "API token", "api_live_", r#"(?:ca|us)\.[A-Za-z0-9_.-]{20,80}"#).around("_.-").live(),
    key("Open VSX", "access token", "ovsxat_", UUID),
    key("Pagar.me", "secret key", "ak_live_", "[A-Za-z0-9]{30}").live(),
    key("Pagar.me", "secret key", "ak_test_", "[A-Za-z0-9]{30}").test(),
    key("Persona", "API key", "persona_production_", "[a-z0-9_-]{20,80}").live(),
    key("Persona", "API key", "persona_sandbox_", "[a-z0-9_-]{20,80}").test(),
    key("Pinterest", "access token", "pina_", "[A-Za-z0-9]{32,200}"),
    key("PostHog", "OAuth token", "pha_", "[A-Za-z0-9]{43}"),
    key("PostHog", "OAuth refresh token", "phr_", "[A-Za-z0-9]{43}"),
    key("Postman", "collection access key", "PMAT-", "[0-9A-Z]{26}"),
    key("Proof", "API key", "prf_", "(?:cli_)?[A-Za-z0-9]{20,80}"),
    key("PubNub", "secret key", "sec-c-", "[A-Za-z0-9=-]{36,60}"),
    key("PyPI", "test API token", "pypi-AgENdGVzdC5weXBpLm9yZ", "[A-Za-z0-9_-]{50,1000}").test(),
    key("Ramp", "client secret", "ramp_sec_", "[A-Za-z0-9]{48}"),
    key("Render", "deploy hook", "api.render.com/deploy/srv-", r#"[a-z0-9]{20}\?key=[A-Za-z0-9_-]{11}"#).around("_-"),
    key("Robinhood", "API key", "rh-api-", UUID),
    key("Rootly", "API key", "rootly_", "[0-9a-f]{64}"),
    key("RunPod", "API key", "rpa_", "[A-Z0-9]{40}[A-Za-z0-9]{6}"),
    key("SaladCloud", "API key", "salad_cloud_", "[0-9A-Za-z]{1,7}_[0-9A-Za-z]{7,235}"),
    key("Salesforce", "access token", "00D", r#"[A-Za-z0-9]{12,15}![A-Za-z0-9._-]{80,260}"#).around("_.-"),
    key("Salesforce", "consumer key", "3MVG9", "[0-9a-zA-Z._]{80,251}").around("_.-").id(),
    key("Salesforce", "refresh token", "5AEP861", "[a-zA-Z0-9._=]{80,300}").around("_.=-"),
    key("Samsara", "API token", "samsara_api_", "[A-Za-z0-9]{26,32}"),
    key("Scalingo", "API token", "tk-us-", "[A-Za-z0-9_-]{48}"),
    key("Segment", "API token", "sgp_", "[A-Za-z0-9]{64}"),
    key("SendGrid", "API key", "SG.", "[A-Za-z0-9_=.-]{66}").around("_.-"),
    key("Sentry", "application token", "sntrya_", "[0-9a-f]{64}"),
    key("Sentry", "integration token", "sntryi_", "[0-9a-f]{64}"),
    key("SettleMint", "access token", "sm_", "(?:aat|pat|sat)_[A-Za-z0-9]{16}"),
    key("Shopify", "partner API token", "prtapi_", "[0-9a-f]{32}"),
    key("Sidekiq", "licence key", "", "[0-9a-f]{8}:[0-9a-f]{8}").near("contribsys"),
    key("Slack", "webhook URL", "hooks.slack.com/", "(?:services|workflows|triggers)/[A-Za-z0-9+/]{43,56}").around("*"),
    key("Slack", "app token", "xapp-", "[0-9]-[A-Z0-9]{9,13}-[0-9]{10,14}-[0-9a-z]{64}"),
    key("Slack", "session token", "xoxc-", "[0-9]{9,15}-[0-9]{9,15}-[0-9]{9,15}-[0-9a-f]{64}"),
    key("Slack", "session cookie", "xoxd-", "[A-Za-z0-9%/+-]{80,400}={0,2}").around("+/=_-"),
    key("Slack", "export token", "xoxe-", "[0-9]{6,14}-[0-9]{6,14}-[0-9]{6,14}-[0-9a-f]{10,64}"),
    key("Slack", "legacy token", "xoxo-", "[0-9]{6,14}-[0-9]{6,14}-[0-9]{6,14}-[0-9a-f]{10,64}"),
    key("SonarQube", "token", "sqco_", "[A-Za-z0-9]{59}"),
    key("Sourcegraph", "Cody token", "slk_", "[0-9a-f]{64}"),
    key("Square", "application id", "sq0idp-", "[0-9A-Za-z_-]{22}").id(),
    key("StackHawk", "API key", "hawk.", r#"[A-Za-z0-9_-]{20}\.[A-Za-z0-9_-]{20}"#).around("_.-"),
    key("Stripe", "client secret of a payment", "pi_", "[A-Za-z0-9]{24}_secret_[A-Za-z0-9]{25}"),
    key("Stripe", "restricted API key", "rk_prod_", "[A-Za-z0-9]{24,247}").live(),
    key("Stripe", "secret API key", "sk_prod_", "[A-Za-z0-9]{24,247}").live(),
    key("Stytch", "secret", "secret-live-", "[A-Za-z0-9_=-]{36}"),
    key("Stytch", "secret", "secret-test-", "[A-Za-z0-9_=-]{36}"),
    key("Tableau", "access token", "", "[A-Za-z0-9+/]{22}==:[A-Za-z0-9]{32}").around("+/=_-"),
    key("Tavily", "API key", "tvly-", "(?:dev-|prod-)?[A-Za-z0-9]{32}"),
    key("TeamCity", "access token", "eyJ0eXAiOiAiVENWMiJ9.", r#"[A-Za-z0-9_-]{36}\.[A-Za-z0-9_-]{48}"#).around("_.-"),
    key("Telnyx", "API key", "KEY0", "[0-9A-F]{35}_[A-Za-z0-9]{22}"),
    key("Thunderstore", "API token", "tss_", "[A-Za-z0-9]{32,80}"),
    key("Tines", "webhook URL", "", r#"[a-zA-Z0-9-]{1,60}\.tines\.com/webhook/[0-9a-z]{32}/[0-9a-z]{32}"#).around("*"),
    key("TruffleHog", "API secret", "thog-secret-", "[0-9a-f]{32}"),
    key("Twitch", "stream key", "live_", "[0-9]{6,12}_[A-Za-z0-9]{30}"),
    key("Twitter", "bearer token", "AAAAAAAAAAAAAAAAAAA", "A{0,3}[A-Za-z0-9]{4,20}[A-Za-z0-9%]{0,40}%3D[A-Za-z0-9]{30,70}"),
    key("Ubidots", "API key", "BBFF-", "[0-9a-zA-Z]{30}"),
    key("Unkey", "root key", "unkey_", "[A-Za-z0-9]{20,32}"),
    key("UpCloud", "API token", "ucat_", "[0-9A-Za-z]{24,32}"),
    key("Val Town", "API token", "vtwn_", "[A-Za-z0-9]{20,80}"),
    key("Vercel", "Blob token", "vercel_blob_rw_", "[A-Za-z0-9]{16}_[A-Za-z0-9]{30,40}"),
    key("Vercel", "deploy hook", "api.vercel.com/v1/integrations/deploy/prj_", "[A-Za-z0-9]{24,32}/[A-Za-z0-9]{10}").around("*"),
    key("WakaTime", "API key", "waka_", UUID),
    key("Weights & Biases", "API key", "", "[0-9a-f]{40}").near("wandb"),
    key("Weights & Biases", "API key", "wandb_v1_", "[A-Za-z0-9_]{77}"),
    key("WireGuard", "key", "", "[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=").around("+/=").near("privatekey presharedkey"),
    key("Workato", "API token", "wrka", r#"[a-z]{0,2}-eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{43,}"#).around("_.-"),
    key("Xata", "API key", "xau_", "[A-Za-z0-9]{32,48}"),
    key("Yandex", "API key", "AQVN", "[A-Za-z0-9_-]{35,38}"),
    key("Yandex", "access key id", "", "YC[A-Za-z0-9_-]{38}").near("yandex"),
    key("Yandex", "IAM token", "t1.", r#"[A-Za-z0-9_-]{20,200}={0,2}\.[A-Za-z0-9_-]{86}={0,2}"#).around("_.=-"),
    key("Yandex", "OAuth token", "y0_", "[A-Za-z0-9_-]{50,60}"),
    key("Z.ai", "API key", "", r#"[0-9a-f]{32}\.[A-Za-z0-9]{16}"#).near("zhipu bigmodel").around("_.-"),
    key("Zapier", "webhook URL", "hooks.zapier.com/hooks/catch/", "[0-9]{5,9}/[A-Za-z0-9]{6,10}").around("*"),
    key("Zoho", "OAuth token", "1000.", r#"[0-9a-f]{32}\.[0-9a-f]{32}"#).around("_.-"),
    key("Zuplo", "API key", "zpka_", "[a-z0-9]{32}_[0-9a-f]{8}"),
    key("age", "hybrid secret key", "AGE-SECRET-KEY-PQ-1", "[QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L]{58}").around(""),
    key("npm", "registry token", ":_authToken=", r#""?[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"#),
    key("npm", "registry password", ":_password=", r#""?[A-Za-z0-9+/]{12,200}={0,2}"#).around("+/="),
];
