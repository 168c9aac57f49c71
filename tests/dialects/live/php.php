<?php // Asks a PHP loader in this process: LOADER CASES FROM TO. One line of JSON for each case.
require '/usr/share/php/Dotenv/autoload.php';
require '/usr/share/php/Symfony/Component/Dotenv/autoload.php';
require '/usr/share/php/Symfony/Component/Process/autoload.php';
// What PHP warns of is no answer.
ini_set('display_errors', 'stderr');
[, $loader, $cases, $from, $to] = $argv;
$first = $_ENV;
$server = $_SERVER;
$text = fn($value) => base64_encode((string) $value);
for ($id = (int) $from; $id < (int) $to; $id++) {
    $_ENV = $first;
    $_SERVER = $server;
    $file = "$cases/$id/.env";
    $out = ['id' => $id, 'ok' => true];
    try {
        if ($loader === 'phpdotenv') {
            Dotenv\Dotenv::createImmutable(dirname($file), basename($file))->load();
        } else {
            (new Symfony\Component\Dotenv\Dotenv())->load($file);
        }
    } catch (Throwable $error) {
        $out = ['id' => $id, 'ok' => false, 'error' => get_class($error) . ': ' . $error->getMessage()];
    }
    unset($_ENV['SYMFONY_DOTENV_VARS']);
    $out['env'] = [];
    foreach ($_ENV as $key => $value) {
        $out['env'][] = [$text($key), $text($value)];
    }
    echo json_encode($out, JSON_INVALID_UTF8_SUBSTITUTE), "\n";
}
