package org.springframework.boot.origin;

public record OriginTrackedValue(Object value) {
    public static OriginTrackedValue of(Object value, Origin origin) {
        return new OriginTrackedValue(value);
    }
}
