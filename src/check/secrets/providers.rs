//! For which provider a key is named, and whose tokens are right in it.

use super::Format;

/// Providers and the words that name them in keys. A word that also means something else is not among them.
const PROVIDERS: &[(&str, &[&str])] = &[
    ("1Password", &["1PASSWORD", "ONEPASSWORD"]),
    ("AWS", &["AWS", "AMAZON", "BEDROCK", "S3"]),
    ("Airtable", &["AIRTABLE"]),
    ("Anthropic", &["ANTHROPIC", "CLAUDE"]),
    ("Atlassian", &["ATLASSIAN", "JIRA", "CONFLUENCE", "BITBUCKET"]),
    ("Azure", &["AZURE", "COSMOS", "ENTRA"]),
    ("Brevo", &["BREVO", "SENDINBLUE"]),
    ("Buildkite", &["BUILDKITE"]),
    ("CircleCI", &["CIRCLECI", "CIRCLE"]),
    ("Clerk", &["CLERK"]),
    ("Cloudflare", &["CLOUDFLARE", "CF"]),
    ("Contentful", &["CONTENTFUL"]),
    ("Convex", &["CONVEX"]),
    ("Databricks", &["DATABRICKS"]),
    ("Datadog", &["DATADOG", "DD"]),
    ("DigitalOcean", &["DIGITALOCEAN"]),
    ("Discord", &["DISCORD"]),
    ("Docker", &["DOCKER", "DOCKERHUB"]),
    ("Doppler", &["DOPPLER"]),
    ("Dynatrace", &["DYNATRACE"]),
    ("EasyPost", &["EASYPOST"]),
    ("ElevenLabs", &["ELEVENLABS", "ELEVEN"]),
    ("Figma", &["FIGMA"]),
    ("Flutterwave", &["FLUTTERWAVE", "FLW"]),
    ("Fly.io", &["FLYIO"]),
    ("GitHub", &["GITHUB", "GH"]),
    ("GitLab", &["GITLAB"]),
    ("Google", &["GOOGLE", "GCP", "GEMINI", "FIREBASE"]),
    ("Grafana", &["GRAFANA"]),
    ("Groq", &["GROQ"]),
    ("Heroku", &["HEROKU"]),
    ("HubSpot", &["HUBSPOT"]),
    ("Hugging Face", &["HF", "HUGGINGFACE"]),
    ("LangSmith", &["LANGSMITH", "LANGCHAIN"]),
    ("LaunchDarkly", &["LAUNCHDARKLY"]),
    ("Mailchimp", &["MAILCHIMP"]),
    ("Mailgun", &["MAILGUN"]),
    ("Mapbox", &["MAPBOX"]),
    ("NVIDIA", &["NVIDIA"]),
    ("Netlify", &["NETLIFY"]),
    ("New Relic", &["NEWRELIC"]),
    ("Notion", &["NOTION"]),
    ("NuGet", &["NUGET"]),
    ("OpenAI", &["OPENAI"]),
    ("OpenRouter", &["OPENROUTER"]),
    ("Paddle", &["PADDLE"]),
    ("Perplexity", &["PERPLEXITY", "PPLX"]),
    ("Pinecone", &["PINECONE"]),
    ("Plaid", &["PLAID"]),
    ("PlanetScale", &["PLANETSCALE"]),
    ("PostHog", &["POSTHOG"]),
    ("Postman", &["POSTMAN"]),
    ("Pulumi", &["PULUMI"]),
    ("PyPI", &["PYPI", "TWINE"]),
    ("Razorpay", &["RAZORPAY"]),
    ("Replicate", &["REPLICATE"]),
    ("Resend", &["RESEND"]),
    ("RubyGems", &["RUBYGEMS"]),
    ("SendGrid", &["SENDGRID", "TWILIO"]),
    ("Sentry", &["SENTRY"]),
    ("Shippo", &["SHIPPO"]),
    ("Shopify", &["SHOPIFY"]),
    ("Slack", &["SLACK"]),
    ("SonarQube", &["SONAR", "SONARQUBE", "SONARCLOUD"]),
    ("Square", &["SQUARE"]),
    ("Stripe", &["STRIPE"]),
    ("Supabase", &["SUPABASE"]),
    ("Tailscale", &["TAILSCALE"]),
    ("Telegram", &["TELEGRAM"]),
    ("Terraform", &["TERRAFORM", "TFE"]),
    ("Together AI", &["TOGETHERAI"]),
    ("Twilio", &["TWILIO"]),
    ("Vault", &["VAULT"]),
    ("Vercel", &["VERCEL"]),
    ("WorkOS", &["WORKOS"]),
    ("npm", &["NPM", "NODE"]),
    ("xAI", &["XAI", "GROK"]),
];

/// Providers whose tokens are right in a key that is named for another, since the other takes them or issues ones that begin alike.
const ACCEPTED: &[(&str, &[&str])] = &[
    ("GitHub", &["NPM", "NODE", "DOCKER", "DOCKERHUB", "PULUMI", "TERRAFORM"]),
    ("GitLab", &["NPM", "NODE", "DOCKER", "DOCKERHUB", "TERRAFORM"]),
    ("Stripe", &["CLERK", "WORKOS", "ELEVENLABS", "ELEVEN"]),
];

/// The provider for which a key is named.
pub(in crate::check) fn named(key: &[u8]) -> Option<&'static str> {
    let initials = initials(key);
    let may_have = |word: &str| initials & initial(word.as_bytes()[0]) != 0;
    let named = |words: &[&str]| words.iter().any(|word| may_have(word) && has(key, word));
    PROVIDERS
        .iter()
        .find(|(_, words)| named(words))
        .map(|provider| provider.0)
}

/// Whether a token of that format is right in a key of that name.
pub(in crate::check) fn accepts(key: &[u8], format: &Format) -> bool {
    // What anybody makes, and what has one form with several providers: the signing secrets of webhooks, the address of a database.
    if matches!(format.provider, "" | "MongoDB" | "NATS" | "age") || format.lead == "whsec_" {
        return true;
    }
    let own =
        |(provider, words): &(&str, &[&str])| *provider == format.provider && words.iter().any(|word| has(key, word));
    PROVIDERS.iter().chain(ACCEPTED).any(own)
}

/// The bytes with which the words of a key begin, a bit each: most providers are told from it at once.
fn initials(key: &[u8]) -> u64 {
    let mut at_start = true;
    key.iter().fold(0, |initials, byte| {
        let begins = std::mem::replace(&mut at_start, is_separator(byte));
        if begins { initials | initial(*byte) } else { initials }
    })
}

/// The bit of a byte, in either case.
fn initial(byte: u8) -> u64 {
    1 << (byte.to_ascii_uppercase() & 0x3F)
}

fn is_separator(byte: &u8) -> bool {
    matches!(byte, b'_' | b'-' | b'.')
}

/// Whether a word, or two of them together (`NEW_RELIC`), stand in a key.
fn has(key: &[u8], word: &str) -> bool {
    let mut words = key.split(is_separator).peekable();
    while let Some(one) = words.next() {
        let two = words.peek().is_some_and(|next| {
            one.len() + next.len() == word.len()
                && one
                    .iter()
                    .chain(*next)
                    .zip(word.bytes())
                    .all(|(a, b)| a.eq_ignore_ascii_case(&b))
        });
        if two || one.eq_ignore_ascii_case(word.as_bytes()) {
            return true;
        }
    }
    false
}
