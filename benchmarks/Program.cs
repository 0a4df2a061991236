using System.CommandLine;
using ModelSessions.Benchmarks;

Option<int> threads = new("--threads") { Description = "Threads; 0: all processors.", DefaultValueFactory = _ => 0 };
Option<int> steps = new("--steps") { Description = "Timed steps.", DefaultValueFactory = _ => 200 };
Option<int> batch = new("--batch") { Description = "Examples a step.", DefaultValueFactory = _ => 50 };
Option<DirectoryInfo?> mnist = new("--mnist") { Description = "Folder of the MNIST files; else the one beside the checkout." };
Command mnistCommand = new("mnist", "The MNIST CNN timed as shared/bench/peer_mnist_cnn.py times TensorFlow; prints one JSON object.") { threads, steps, batch, mnist };
mnistCommand.SetAction(parsed => MnistBenchmark.Run(
    new MnistOptions(parsed.GetValue(threads), parsed.GetValue(steps), parsed.GetValue(batch), parsed.GetValue(mnist)?.FullName)));

Option<int> runs = new("--runs") { Description = "Runs of each, alternating.", DefaultValueFactory = _ => 5 };
Option<FileInfo> python = new Option<FileInfo>("--tfpython") { Description = "Python with TensorFlow (shared/tensorflow/setup.sh).", Required = true }.AcceptExistingOnly();
Option<FileInfo> script = new Option<FileInfo>("--peer") { Description = "The peer's script.", Required = true }.AcceptExistingOnly();
Command compare = new("compare", "Runs a peer's script and `mnist` alternately; prints a table of ratios.") { python, script, runs, threads, steps, batch };
compare.SetAction(parsed => Comparison.Run(
    parsed.GetRequiredValue(python).FullName, parsed.GetRequiredValue(script).FullName, parsed.GetValue(runs),
    ["--threads", $"{parsed.GetValue(threads)}", "--steps", $"{parsed.GetValue(steps)}", "--batch", $"{parsed.GetValue(batch)}"]));

return new RootCommand("Benchmarks of ModelSession, side by side with its peers.") { mnistCommand, compare }.Parse(args).Invoke();
