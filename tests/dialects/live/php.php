<?php // Asks a PHP loader in this process: ROOT LOADER CASES FROM TO. One line of JSON for each case.
// ROOT is where the packages of an older release are, or nothing.
// What PHP warns of is no answer.
ini_set('display_errors', 'stderr');
[, $root, $loader, $cases, $from, $to] = $argv;
require '/usr/share/php/Dotenv/autoload.php';
require "$root/usr/share/php/Symfony/Component/Dotenv/autoload.php";
require "$root/usr/share/php/Symfony/Component/Process/autoload.php";
$first = $_ENV;
$server = $_SERVER;
$text = fn($value) => base64_encode((string) $value);
for ($id = (int) $from; $id < (int) $to; $id++) {
    $_ENV = $first;
    $_SERVER = $server;
    $file = "$cases/$id/.env";
    $names = array_values(array_filter(['.env', '.env.local', '.env.production.local'], fn($name) => file_exists("$cases/$id/$name")));
    $out = ['id' => $id, 'ok' => true];
    try {
        if ($loader === 'phpdotenv') {
            Dotenv\Dotenv::createImmutable(dirname($file), $names, false)->load();
        } elseif (count($names) > 1) {
            (new Symfony\Component\Dotenv\Dotenv())->loadEnv($file, 'APP_ENV', 'production');
            if (($_ENV['APP_ENV'] ?? '') === 'production') {
                unset($_ENV['APP_ENV']);
            }
        } else {
            (new Symfony\Component\Dotenv\Dotenv())->load($file);
        }
    } catch (Throwable $error) {
        $out = ['id' => $id, 'ok' => false, 'error' => get_class($error) . ': ' . $error->getMessage()];
    }
    unset($_ENV['SYMFONY_DOTENV_VARS'], $_ENV['SYMFONY_DOTENV_PATH']);
    $out['env'] = [];
    foreach ($_ENV as $key => $value) {
        $out['env'][] = [$text($key), $text($value)];
    }
    echo json_encode($out, JSON_INVALID_UTF8_SUBSTITUTE), "\n";
}
