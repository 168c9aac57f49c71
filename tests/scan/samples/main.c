/* getenv("TRAP_COMMENT") */
char q = '"';
char *a = getenv("USED_C"), *b = std::getenv("USED_CPP"), *c = "getenv(\"TRAP_STRING\")";
#define KEY_A "USED_KEY_A"
const char *by_constant = getenv(KEY_A);
