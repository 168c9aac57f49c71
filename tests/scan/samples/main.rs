//! env::var("TRAP_DOC")
use std::env::{self, var, var_os as os};
/* env::var("TRAP_BLOCK") /* nested */ env::var("TRAP_NESTED") */
fn main<'a>(x: &'a str) -> char {
    let _ = std::env::var("USED_STD");
    let _ = env::var_os("USED_OS").or(os("USED_ALIAS_OS")).or(var("USED_ALIAS").ok());
    let quote = '"'; let c = '\''; let _ = env!("USED_MACRO"); let _ = option_env!("USED_OPTION");
    let s = r#"env::var("TRAP_RAW")"#; let b = b"env::var(\"TRAP_BYTES\")";
    let _ = dotenvy::var("USED_DOTENVY").unwrap_or("env::var(TRAP_STRING)".into());
    unsafe { env::set_var("TRAP_SET", "1") };
    quote
}
#[derive(Parser)]
struct Arguments {
    #[arg(long, env = "USED_CLAP")]
    port: u16,
}
const KEY_A: &str = "USED_KEY_A";
fn by_constant() {
    let _ = std::env::var(KEY_A);
}
fn helpers() {
    Command::new("x").env("TRAP_COMMAND", "1");
    let arg = Arg::new("port").env("USED_ARG");
    let all = env_var("USED_FUNCTION") + &get_env!("USED_MACRO");
}
fn macros() {
    let a = dotenv!("USED_DOTENV_MACRO");
}
