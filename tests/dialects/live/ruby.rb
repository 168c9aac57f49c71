# Asks Ruby dotenv in this process: [overload] CASES FROM TO. One line of JSON for each case.
require "json"
require "dotenv"
how = ARGV.first == "overload" ? ARGV.shift : "load"
cases, from, to = ARGV
FIRST = ENV.to_h
LAYERS = [".env", ".env.local", ".env.production.local"]
text = ->(value) { [value.to_s.b].pack("m0") }
$stderr.reopen("/dev/null")
(from.to_i...to.to_i).each do |id|
  ENV.replace(FIRST)
  out = begin
    # The file that is to win comes first: what is set stays as it is, and `overload` turns the list round.
    Dotenv.send(how, *LAYERS.map { |name| File.join(cases, id.to_s, name) }.select { |file| File.exist?(file) }.reverse)
    { id: id, ok: true, env: ENV.to_a.map { |key, value| [text.(key), text.(value)] } }
  rescue StandardError, ScriptError => error
    { id: id, ok: false, error: "#{error.class}: #{error.message}".b.force_encoding("UTF-8").scrub }
  end
  puts JSON.generate(out)
  $stdout.flush
end
