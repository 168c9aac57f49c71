# ENV["TRAP_COMMENT"]
=begin
ENV["TRAP_BLOCK"]
=end
a = ENV["USED_INDEX"] || ENV['USED_SINGLE'] || ENV.fetch("USED_FETCH") { "x" }
b = ENV.fetch 'USED_BARE', 'TRAP_DEFAULT'
c = "it's #{ENV["USED_HOLE"]} ENV['TRAP_STRING']" + 'ENV["TRAP_SINGLE"]'
d = <<~TEXT + ENV["USED_BESIDE"]
  ENV["TRAP_HEREDOC"] don't #{ENV["USED_HEREDOC"]}
TEXT
e = <<~'RAW'
  #{ENV["TRAP_RAW_HEREDOC"]}
RAW
f = %w[ENV["TRAP_WORDS"] it's]
g = ENV.key?("USED_KEY") && "x" =~ /ENV\["TRAP_PATTERN"\] '/
ENV["TRAP_SET"] = "1"
ENV["USED_OR_SET"] ||= "1"
h = ENV.values_at("USED_SEVERAL", "USED_SEVERAL_TOO")
i = ENV["USED_LAST"]
__END__
