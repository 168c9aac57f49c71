// Asks a loader in this process: FOLDER FROM TO. One line of JSON for each case.
package ask;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

public class Answers {
    public interface Loader {
        Map<String, String> load(Path file) throws Exception;
    }

    public static void of(Loader loader, String[] given) {
        for (int id = Integer.parseInt(given[1]); id < Integer.parseInt(given[2]); id++) {
            String out;
            try {
                Map<String, String> loaded = new LinkedHashMap<>(loader.load(Path.of(given[0], Integer.toString(id), ".env")));
                // To Quarkus and to Spring Boot the variables of the process are a source above the file.
                loaded.replaceAll((key, value) -> System.getenv().getOrDefault(key, value));
                // No environment has a variable without a name.
                out = "\"ok\":true,\"env\":" + loaded.entrySet().stream().filter(pair -> !pair.getKey().isEmpty()).map(Answers::pair).collect(Collectors.joining(",", "[", "]"));
            } catch (Throwable error) {
                out = "\"ok\":false,\"error\":" + json(error.toString());
            }
            System.out.println("{\"id\":" + id + "," + out + "}");
            System.out.flush();
        }
    }

    private static String pair(Map.Entry<String, String> pair) {
        return "[" + text(pair.getKey()) + "," + text(pair.getValue()) + "]";
    }

    private static String text(String value) {
        return "\"" + Base64.getEncoder().encodeToString(value.getBytes(StandardCharsets.UTF_8)) + "\"";
    }

    private static String json(String value) {
        return value.codePoints().mapToObj(c -> c >= ' ' && c < 127 && c != '"' && c != '\\' ? Character.toString(c) : escape(c)).collect(Collectors.joining("", "\"", "\""));
    }

    private static String escape(int c) {
        return Character.toString(c).chars().mapToObj(unit -> String.format("\\u%04x", unit)).collect(Collectors.joining());
    }
}
