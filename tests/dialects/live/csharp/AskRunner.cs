// What the runner of GitHub Actions makes of files that are appended to $GITHUB_ENV: FOLDER FROM TO. One line of JSON for each case.
// Compiled with two classes of the runner, between which and this program stands what they ask of the rest of it.
using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;

namespace GitHub.Runner.Worker {
    public class RunnerService {}
    public interface IExtension { Type ExtensionType { get; } }
    public interface IFileCommandExtension : IExtension {}
    public class ContainerInfo {}
    public enum IssueType { Error }
    public class Issue {
        public IssueType Type;
        public string Message;
        public Dictionary<string, string> Data = new Dictionary<string, string>();
    }
    public class ExecutionContextLogOptions { public static ExecutionContextLogOptions Default = null; }
    public static class Constants {
        public static class Runner {
            public const string InternalTelemetryIssueDataKey = "", UnsupportedCommand = "";
        }
    }
    public class Global { public Dictionary<string, string> EnvironmentVariables = new Dictionary<string, string>(); }
    public class IExecutionContext {
        public Global Global = new Global();
        public Dictionary<string, string> DeferredEnvironmentVariables = null;
        public void SetEnvContext(string name, string value) {}
        public void Debug(string message) {}
        public void AddIssue(Issue issue, ExecutionContextLogOptions options) {}
    }

    public static class AskRunner {
        static readonly string[] NAMES = { ".env", ".env.local", ".env.production.local" };

        public static void Main(string[] given) {
            for (var id = int.Parse(given[1]); id < int.Parse(given[2]); id++) {
                var context = new IExecutionContext();
                string said;
                try {
                    foreach (var name in NAMES) {
                        new SetEnvFileCommand().ProcessCommand(context, Path.Combine(given[0], id.ToString(), name), null);
                    }
                    // A program is started with them, which gets each up to its zero byte, and knows of none without a name.
                    var set = context.Global.EnvironmentVariables.Select(pair => (pair.Key + "=" + pair.Value).Split('\0')[0].Split(new[] { '=' }, 2));
                    var pairs = set.Where(pair => pair.Length == 2 && pair[0] != "" && Environment.GetEnvironmentVariable(pair[0]) != pair[1]).Select(pair => "[" + Written(pair[0]) + "," + Written(pair[1]) + "]");
                    said = "\"ok\":true,\"vars\":[" + string.Join(",", pairs) + "]";
                } catch (Exception error) {
                    var message = error.Message.Select(c => c >= ' ' && c < 127 && c != '"' && c != '\\' ? c.ToString() : "\\u" + ((int)c).ToString("x4"));
                    said = "\"ok\":false,\"error\":\"" + string.Concat(message) + "\"";
                }
                Console.WriteLine("{\"id\":" + id + "," + said + "}");
                Console.Out.Flush();
            }
        }

        static string Written(string text) {
            return "\"" + Convert.ToBase64String(Encoding.UTF8.GetBytes(text)) + "\"";
        }
    }
}
