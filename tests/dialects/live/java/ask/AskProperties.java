// As ConfigSourceUtil.urlToMap of SmallRye Config loads the .env of Quarkus.
package ask;

import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.io.InputStreamReader;
import java.util.Properties;
import java.util.stream.Collectors;

public class AskProperties {
    public static void main(String[] given) {
        Answers.of(file -> {
            Properties loaded = new Properties();
            try (Reader reader = new InputStreamReader(Files.newInputStream(file), StandardCharsets.UTF_8)) {
                loaded.load(reader);
            }
            return loaded.stringPropertyNames().stream().collect(Collectors.toMap(name -> name, loaded::getProperty));
        }, given);
    }
}
