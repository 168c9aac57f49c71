/* getenv("TRAP_COMMENT") */
char q = '"';
char *a = getenv("USED_C"), *b = std::getenv("USED_CPP"), *c = "getenv(\"TRAP_STRING\")";
