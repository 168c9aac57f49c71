// Asks compose-go, which Docker Compose reads env_file and .env with: CASES FROM TO. One line of JSON for each case.
package main

import (
	"encoding/base64"
	"encoding/json"
	"os"
	"path/filepath"
	"strconv"

	"github.com/compose-spec/compose-go/v2/dotenv"
)

// What is not UTF-8 becomes U+FFFD, as it does in the JSON of `docker compose config`.
func text(value string) string { return base64.StdEncoding.EncodeToString([]byte(string([]rune(value)))) }

func main() {
	from, _ := strconv.Atoi(os.Args[2])
	to, _ := strconv.Atoi(os.Args[3])
	for id := from; id < to; id++ {
		out := map[string]any{"id": id, "ok": true}
		parsed := map[string]string{}
		for _, name := range []string{".env", ".env.local", ".env.production.local"} {
			file, err := os.Open(filepath.Join(os.Args[1], strconv.Itoa(id), name))
			if os.IsNotExist(err) && name != ".env" {
				continue
			} else if err != nil {
				panic(err)
			}
			err = dotenv.ParseWithFormat(file, file.Name(), parsed, os.LookupEnv, "")
			file.Close()
			if err != nil {
				out["ok"], out["error"] = false, err.Error()
				break
			}
		}
		vars := [][]string{}
		for key, value := range parsed {
			vars = append(vars, []string{text(key), text(value)})
		}
		out["vars"] = vars
		json.NewEncoder(os.Stdout).Encode(out)
	}
}
