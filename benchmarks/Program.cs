using System.CommandLine;
using ModelSessions.Benchmarks;

Option<int> threads = new("--threads") { Description = "Threads; 0: all processors.", DefaultValueFactory = _ => 0 };
Option<int> steps = new("--steps") { Description = "Timed steps.", DefaultValueFactory = _ => 200 };
Option<int> batch = new("--batch") { Description = "Examples a step.", DefaultValueFactory = _ => 50 };
Option<DirectoryInfo?> mnist = new("--mnist") { Description = "Folder of the MNIST files; else the one beside the checkout." };
Command mnistCommand = new("mnist", "The MNIST CNN timed as shared/bench/peer_mnist_cnn.py times TensorFlow; prints one JSON object.") { threads, steps, batch, mnist };
mnistCommand.SetAction(parsed => MnistBenchmark.Run(
    new MnistOptions(parsed.GetValue(threads), parsed.GetValue(steps), parsed.GetValue(batch), parsed.GetValue(mnist)?.FullName)));

Option<int> mib = new("--mib") { Description = "Size of the large checkpoint.", DefaultValueFactory = _ => 256 };
Option<int> nodes = new("--nodes") { Description = "Nodes of the imported graph.", DefaultValueFactory = _ => 50_000 };
Option<int> chain = new("--chain") { Description = "Nodes of the chain that is run.", DefaultValueFactory = _ => 10_000 };
Command filesCommand = new("files", "Checkpoints and big graphs timed as shared/bench/peer_files.py times TensorFlow; prints one JSON object.") { mib, nodes, chain };
filesCommand.SetAction(parsed => FilesBenchmark.Run(parsed.GetValue(mib), parsed.GetValue(nodes), parsed.GetValue(chain)));

Argument<string> file = new("file") { Description = "A .csv, .tfrecord or .npy file." };
Option<long> size = new("--mib") { Description = "Its size.", DefaultValueFactory = _ => 2048 };
Command writeCommand = new("write-rows", "Writes a file of random rows, 20 numbers and a class each.") { file, size };
writeCommand.SetAction(parsed => StreamingBenchmark.Write(parsed.GetRequiredValue(file), parsed.GetValue(size)));
Option<long> trainSteps = new("--steps") { Description = "Steps of 100 rows; 0 for all rows once.", DefaultValueFactory = _ => 0 };
Command streamingCommand = new("streaming", "Learns from a file of write-rows; prints one JSON object with the peak of memory.") { file, trainSteps };
streamingCommand.SetAction(parsed => StreamingBenchmark.Run(parsed.GetRequiredValue(file), parsed.GetValue(trainSteps)));

Option<int> rounds = new("--rounds") { Description = "Rounds of sixteen steps with it and sixteen without.", DefaultValueFactory = _ => 40 };
Command guardCommand = new("guard", "What looking for numbers that are not finite adds to a training step; prints one JSON object.") { rounds };
guardCommand.SetAction(parsed => GuardBenchmark.Run(parsed.GetValue(rounds)));

Option<int> runs = new("--runs") { Description = "Runs of each, alternating.", DefaultValueFactory = _ => 5 };
Option<FileInfo> python = new Option<FileInfo>("--tfpython") { Description = "Python with TensorFlow (shared/tensorflow/setup.sh).", Required = true }.AcceptExistingOnly();
Option<FileInfo> script = new Option<FileInfo>("--peer") { Description = "The peer's script.", Required = true }.AcceptExistingOnly();

return new RootCommand("Benchmarks of ModelSession, side by side with its peers.")
{
    mnistCommand,
    filesCommand,
    guardCommand,
    streamingCommand,
    writeCommand,
    Compare("compare", "mnist", threads, steps, batch),
    Compare("compare-files", "files", mib, nodes, chain),
}.Parse(args).Invoke();

Command Compare(string name, string benchmark, params Option<int>[] shared)
{
    Command compare = new(name, $"Runs a peer's script and `{benchmark}` alternately; prints a table of ratios.") { python, script, runs };
    foreach (Option<int> option in shared)
    {
        compare.Add(option);
    }

    compare.SetAction(parsed => Comparison.Run(
        parsed.GetRequiredValue(python).FullName, parsed.GetRequiredValue(script).FullName, benchmark, parsed.GetValue(runs),
        [.. shared.SelectMany(option => new[] { option.Name, $"{parsed.GetValue(option)}" })]));
    return compare;
}
