package org.springframework.boot.origin;

import org.springframework.core.io.Resource;

public record TextResourceOrigin(Resource resource, Location location) implements Origin {
    public record Location(int line, int column) {
        public int getColumn() {
            return column;
        }
    }
}
