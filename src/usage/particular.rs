//! Reads of single frameworks and libraries, which the table of expressions can't express.

use super::lexer::Kind;
use super::reader::{Reader, is_in_capitals};
use super::{Language, aliases, fallback, settings};

impl Reader<'_> {
    /// Handles what a table can't express.
    pub(super) fn particular(&mut self, index: usize) {
        let code = self.code;
        let is_behind = |signs: &[u8]| index > 0 && code.is_any(index - 1, signs);
        match self.language {
            Language::JavaScript => {
                if let Some((open, close)) = aliases::process_pattern(code, index) {
                    self.nested_pattern(open, close);
                }
                // A setting of convict: `port: { env: 'PORT', default: 80 }`
                let is_setting = code.is_word(index, "env") && is_behind(b"{,");
                if self.has_convict
                    && is_setting
                    && code.is(index + 1, b':')
                    && code.kind(index + 2) == Some(Kind::Text)
                    && is_in_capitals(code.text(index + 2))
                {
                    self.of_vite = false;
                    self.name(index + 2);
                }
            }
            // A field of a derived `clap` parser.
            Language::Rust
                if code.is_word(index, "env")
                    && is_behind(b",(")
                    && code.is_assignment(index + 1)
                    && code.kind(index + 2) == Some(Kind::Text) =>
            {
                let known = self.raw.names.len();
                self.name(index + 2);
                let need = fallback::need_of_option(code, index);
                self.raw.names[known..].iter_mut().for_each(|name| name.need = need);
            }
            // `@Value("${NAME:default}")`
            Language::Java
                if code.is_word(index, "Value")
                    && is_behind(b"@")
                    && code.is(index + 1, b'(')
                    && code.kind(index + 2) == Some(Kind::Template)
                    && code.kind(index + 3).is_some()
                    && !code.text(index + 3).iter().any(u8::is_ascii_lowercase) =>
            {
                self.name(index + 3);
            }
            // Its fields are variables, named by rules of its own. Which of them are set by other means is known only
            // at run time.
            Language::Python if code.is_word(index, "BaseSettings") && is_behind(b"(,.") => {
                self.raw.untold += 1;
                settings::pydantic(self.finder, code, index, self.raw);
            }
            Language::Rust if code.is_word(index, "env") && is_behind(b",(") && code.is_any(index + 1, b",)") => {
                settings::clap(code, index, self.raw);
            }
            // `viper.BindEnv("port", "PORT")`; without `AutomaticEnv` viper reads nothing else.
            Language::Go if code.is_word(index, "BindEnv") && code.is(index + 1, b'(') => {
                self.capitals(index + 2, index + 40);
            }
            Language::Go if code.is_word(index, "AutomaticEnv") => self.raw.untold += 1,
            // Flags of urfave/cli: `EnvVars: []string{"NAME"}`, `cli.EnvVars("NAME")`.
            Language::Go if code.is_any_word(index, &["EnvVars", "EnvVar"]) && code.is_any(index + 1, b":(") => {
                self.capitals(index + 2, index + 40);
            }
            // `{:system, "NAME"}`, which older libraries resolve when they start.
            Language::Elixir
                if code.is_word(index, "system")
                    && is_behind(b":")
                    && code.is(index.wrapping_sub(2), b'{')
                    && code.is(index + 1, b',')
                    && code.kind(index + 2) == Some(Kind::Text) =>
            {
                self.name(index + 2);
            }
            // `#[Autowire(env: 'NAME')]` of Symfony.
            Language::Php
                if code.is_word(index, "env")
                    && is_behind(b"(")
                    && code.is_word(index.wrapping_sub(2), "Autowire")
                    && code.is(index + 1, b':')
                    && code.kind(index + 2) == Some(Kind::Text) =>
            {
                self.name(index + 2);
            }
            // Options of click and typer.
            Language::Python if code.is_word(index, "envvar") && code.is_assignment(index + 1) => {
                let is_list = code.is_any(index + 2, b"[(");
                let end = if is_list { index + 40 } else { index + 3 };
                self.capitals(index + 2, end);
            }
            _ => {}
        }
    }

    /// Records strings that are names in capitals, up to the end of the brackets or of the enclosing flag's braces.
    fn capitals(&mut self, from: usize, to: usize) {
        let code = self.code;
        for (at, depth) in code.depths(from..to).take_while(|&(_, depth)| depth >= 0) {
            match code.kind(at) {
                Some(Kind::Text) if is_in_capitals(code.text(at)) => self.name(at),
                Some(Kind::Word) if depth == 0 && code.is(at + 1, b':') => return,
                _ => {}
            }
        }
    }
}
