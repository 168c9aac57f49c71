package ask;

import io.github.cdimascio.dotenv.Dotenv;
import io.github.cdimascio.dotenv.DotenvEntry;

import java.util.stream.Collectors;

public class AskDotenv {
    public static void main(String[] given) {
        Answers.of(file -> Dotenv.configure().directory(file.getParent().toString()).load().entries().stream().collect(Collectors.toMap(DotenvEntry::getKey, DotenvEntry::getValue)), given);
    }
}
