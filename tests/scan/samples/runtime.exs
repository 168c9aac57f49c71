# System.get_env("TRAP_COMMENT")
config :app, url: System.get_env("USED_ELIXIR") || "#{System.fetch_env!("USED_HOLE")} System.get_env('TRAP_STRING')"
config :app, port: {:system, "USED_SYSTEM"}, other: {:other, "TRAP_OTHER"}
