//! Which provider a key is named after, and whose tokens belong in it.

use super::Format;

/// Providers and the words that name them in keys, sorted. Words with another meaning are left out.
const PROVIDERS: &[(&str, &[&str])] = &[
    ("1Password", &["1PASSWORD", "ONEPASSWORD"]),
    ("AWS", &["AWS", "AMAZON", "BEDROCK", "S3"]),
    ("Adafruit", &["ADAFRUIT"]),
    ("Airtable", &["AIRTABLE"]),
    ("Alibaba Cloud", &["ALIBABA", "ALIYUN"]),
    ("Anthropic", &["ANTHROPIC", "CLAUDE"]),
    ("Atlassian", &["ATLASSIAN", "JIRA", "CONFLUENCE", "BITBUCKET"]),
    ("Azure", &["AZURE", "COSMOS", "ENTRA"]),
    ("Brevo", &["BREVO", "SENDINBLUE"]),
    ("Buildkite", &["BUILDKITE"]),
    ("CircleCI", &["CIRCLECI", "CIRCLE"]),
    ("Clerk", &["CLERK"]),
    ("ClickHouse", &["CLICKHOUSE"]),
    ("Cloudflare", &["CLOUDFLARE", "CF"]),
    ("Contentful", &["CONTENTFUL"]),
    ("Convex", &["CONVEX"]),
    ("Databricks", &["DATABRICKS"]),
    ("Datadog", &["DATADOG", "DD"]),
    ("DigitalOcean", &["DIGITALOCEAN"]),
    ("Discord", &["DISCORD"]),
    ("Docker", &["DOCKER", "DOCKERHUB"]),
    ("Doppler", &["DOPPLER"]),
    ("Dropbox", &["DROPBOX"]),
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
    ("JFrog", &["JFROG", "ARTIFACTORY"]),
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

/// Providers, sorted, whose tokens are also right in keys named after others, which accept these tokens or issue ones that begin alike.
const ACCEPTED: &[(&str, &[&str])] = &[
    ("GitHub", &["NPM", "NODE", "DOCKER", "DOCKERHUB", "PULUMI", "TERRAFORM"]),
    ("GitLab", &["NPM", "NODE", "DOCKER", "DOCKERHUB", "TERRAFORM"]),
    ("Stripe", &["CLERK", "WORKOS", "ELEVENLABS", "ELEVEN"]),
];

/// The words of a key: `STRIPE_API_KEY` has three.
pub(in crate::check) struct KeyWords<'k>(Vec<&'k [u8]>);

impl<'k> KeyWords<'k> {
    pub(in crate::check) fn of(key: &'k [u8]) -> KeyWords<'k> {
        let is_separator = |byte: &u8| matches!(byte, b'_' | b'-' | b'.');
        KeyWords(key.split(is_separator).collect())
    }

    /// Returns the provider that the key is named after.
    pub(in crate::check) fn provider(&self) -> Option<&'static str> {
        let named = |words: &[&str]| words.iter().any(|word| self.have(word));
        PROVIDERS
            .iter()
            .find(|(_, words)| named(words))
            .map(|provider| provider.0)
    }

    /// Whether a token of that format belongs in the key.
    pub(in crate::check) fn accept(&self, format: &Format) -> bool {
        if format.belongs_anywhere() {
            return true;
        }
        let takes = |table: &[(&str, &[&str])]| {
            let found = table.binary_search_by(|row| row.0.cmp(format.provider));
            found.is_ok_and(|at| table[at].1.iter().any(|word| self.have(word)))
        };
        takes(PROVIDERS) || takes(ACCEPTED)
    }

    /// Whether a word of the key, or two consecutive ones (`NEW_RELIC`), equal that word.
    fn have(&self, word: &str) -> bool {
        let word = word.as_bytes();
        self.0.iter().enumerate().any(|(at, one)| {
            one.eq_ignore_ascii_case(word)
                || self.0.get(at + 1).is_some_and(|next| {
                    one.len() + next.len() == word.len()
                        && word[..one.len()].eq_ignore_ascii_case(one)
                        && word[one.len()..].eq_ignore_ascii_case(next)
                })
        })
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_tables_can_be_searched() {
        assert!(super::PROVIDERS.is_sorted_by_key(|row| row.0));
        assert!(super::ACCEPTED.is_sorted_by_key(|row| row.0));
    }
}
