val a = System.getenv("USED_KOTLIN") ?: "x ${System.getenv("USED_HOLE")} System.getenv(TRAP_STRING)"
val b = System.getenv()["USED_KEY"]
