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
