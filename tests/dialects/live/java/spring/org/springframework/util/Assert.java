package org.springframework.util;

public class Assert {
    public static void notNull(Object value, String message) {
        java.util.Objects.requireNonNull(value, message);
    }
}
