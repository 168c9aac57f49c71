// System.getenv("TRAP_COMMENT")
class Main {
  @Value("${USED_SPRING:TRAP_DEFAULT}") String spring;
  char quote = '"';
  String a = System.getenv("USED_JAVA"), b = System.getenv().get("USED_MAP");
  String c = "System.getenv(\"TRAP_STRING\")" + System.getenv().getOrDefault("USED_DEFAULTED", "TRAP_DEFAULT");
  String d = """
    System.getenv("TRAP_TEXT_BLOCK")
    """;
  String e = System.getenv("USED_LAST");
}
class Other {
  Map<String, String> env = System.getenv();
  String a = env.get("USED_OF_MAP") + env.getOrDefault("USED_OF_MAP_TOO", "TRAP_DEFAULT") + cache.get("TRAP_MAP");
  String b = environment.getRequiredProperty("USED_PROPERTY");
}
