// Asks the reader of properties files of Spring Boot, which is of this package. What it needs of Spring itself is in the files beside.
package org.springframework.boot.env;

import ask.Answers;

import java.nio.file.Files;
import java.util.LinkedHashMap;
import java.util.Map;

public class AskSpring {
    public static void main(String[] given) {
        Answers.of(file -> {
            Map<String, String> loaded = new LinkedHashMap<>();
            for (var document : new OriginTrackedPropertiesLoader(() -> Files.newInputStream(file)).load(null)) {
                document.asMap().forEach((key, value) -> loaded.put(key, (String) value.value()));
            }
            return loaded;
        }, given);
    }
}
