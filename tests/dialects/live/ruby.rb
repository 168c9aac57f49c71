# Asks a Ruby loader in this process: load|overload|foreman CASES FROM TO. One line of JSON for each case.
require "json"
require "dotenv"
require "foreman/env"
how = ARGV.shift
cases, from, to = ARGV
FIRST = ENV.to_h
LAYERS = [".env", ".env.local", ".env.production.local"]
text = ->(value) { [value.to_s.b].pack("m0") }
$stderr.reopen("/dev/null")
(from.to_i...to.to_i).each do |id|
  ENV.replace(FIRST)
  out = begin
    files = LAYERS.map { |name| File.join(cases, id.to_s, name) }.select { |file| File.exist?(file) }
    if how == "foreman"
      # As Foreman::Engine and `foreman run` do.
      found = {}
      files.each { |file| Foreman::Env.new(file).entries { |name, value| found[name] = value } }
      found.each { |name, value| ENV[name] = value }
    else
      # The file that is to win comes first: what is set stays as it is, and `overload` turns the list round.
      Dotenv.send(how, *files.reverse)
    end
    { id: id, ok: true, env: ENV.to_a.map { |key, value| [text.(key), text.(value)] } }
  rescue StandardError, ScriptError => error
    { id: id, ok: false, error: "#{error.class}: #{error.message}".b.force_encoding("UTF-8").scrub }
  end
  puts JSON.generate(out)
  $stdout.flush
end
