// Environment.GetEnvironmentVariable("TRAP_COMMENT")
var a = Environment.GetEnvironmentVariable("USED_CSHARP") + @"C:\" + Environment.GetEnvironmentVariable("USED_AFTER_VERBATIM");
var b = $"x {Environment.GetEnvironmentVariable("USED_HOLE")} {{TRAP_BRACES}}";
var c = "Environment.GetEnvironmentVariable(\"TRAP_STRING\")";
private const string ApiKeyName = "USED_PASCAL";
var d = Environment.GetEnvironmentVariable(ApiKeyName);
