<p>Don't getenv('TRAP_HTML')</p>
<?php
// getenv('TRAP_COMMENT')
# getenv('TRAP_HASH')
#[Attribute(getenv('USED_ATTRIBUTE'))]
$a = $_ENV['USED_ENV'] ?? getenv("USED_GETENV") ?: env('USED_LARAVEL', 'TRAP_DEFAULT');
$b = 'it\'s getenv("TRAP_STRING")' . "{$_ENV['USED_HOLE']} getenv('TRAP_DOUBLE')";
$c = <<<EOT
  getenv('TRAP_HEREDOC') don't
  EOT;
$d = $this->env('TRAP_METHOD');
$_ENV['TRAP_SET'] = '1';
putenv('TRAP_PUT=1');
function env($name) {}
$e = getenv('USED_LAST');
?>
<p>getenv('TRAP_HTML_TOO')</p>
<?php
$f = 'x' . env('USED_BEHIND_A_DOT') . "y".getenv('USED_BEHIND_ANOTHER') . System::getEnv('USED_OF_A_CLASS', 80);
$g = new Reference('%env(USED_SYMFONY)%', "%env(int:default:trap:USED_SYMFONY_INT)%"); // %env(TRAP_SYMFONY)%
class K { public function __construct(#[Autowire(env: 'USED_AUTOWIRE')] $a, #[Other(env: 'TRAP_OTHER')] $b) {} }
