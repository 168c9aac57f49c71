package main

// os.Getenv("TRAP_COMMENT")
import "os"

type Config struct {
	Port int `env:"USED_TAG" envDefault:"TRAP_DEFAULT"`
	Host string `json:"host" env:"USED_TAG_REQUIRED,required"`
	Kelsey string `envconfig:"USED_ENVCONFIG"`
}

func main() {
	a := os.Getenv("USED_GETENV")
	b, ok := os.LookupEnv(`USED_LOOKUP`)
	c := "os.Getenv(\"TRAP_STRING\")" + `os.Getenv("TRAP_RAW")`
	d := '"'
	e := os.Getenv("USED_LAST")
	os.Setenv("TRAP_SET", "1")
}

const keyA, KEY_A = "TRAP_LOWER", "TRAP_OF_TWO"
const KEY_B string = "USED_KEY_B"

var c = os.Getenv(KEY_B)

var flag = &cli.StringFlag{Name: "TRAP_NAME", EnvVars: []string{"USED_FLAG", "USED_FLAG_TOO"}, Usage: "TRAP_USAGE"}

func init() {
	viper.BindEnv("trap.key", "USED_BOUND")
	t.Setenv("TRAP_SET", "x")
	port := envOr("USED_HELPER", "80") + mustGetEnv("USED_MUST") + cli.EnvVar("USED_OF_PACKAGE")
}

const envTokenName = "USED_CAMEL"
const envTrap = "TRAP_CAMEL"

var token = os.Getenv(envTokenName)

const (
	timeout        = time.Duration(5)
	envHost        = "USED_BLOCK"
	envHost2 string = "USED_BLOCK_TYPED"
	envOther       = "TRAP_BLOCK"
)

var hosts = os.Getenv(envHost) + os.Getenv(envHost2)
