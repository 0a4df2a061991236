using System.Diagnostics;
using Google.Protobuf;
using ModelSessions.Files;
using ModelSessions.Protos;

namespace ModelSessions.Tests;

public sealed class CommandTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("model-session-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Training_creates_resumes_and_is_tested()
    {
        CommandLine first = Train("--training-examples", "200", "--report-interval", "2", "--validation-interval", "4", "--checkpoint-interval", "3", "--seed", "7");
        Assert.Equal((0, ""), (first.ExitCode, first.Errors));
        Assert.StartsWith("Model: Mnist (Layer1=2, Layer2=4) at 0, created, seed 7", first.Lines[0], StringComparison.Ordinal);
        Assert.Contains(first.Lines, line => line.StartsWith("Iteration 4: training batch accuracy", StringComparison.Ordinal));
        Assert.Contains(first.Lines, line => line.StartsWith("Iteration 4: validation accuracy", StringComparison.Ordinal));
        Assert.Equal($"Final model: {Checkpoint(4)}", first.Lines[^1]);
        Assert.True(File.Exists(Checkpoint(3) + ".index"));

        CommandLine second = Train("--training-examples", "100");
        Assert.Contains($"at 4, restored from {Checkpoint(4)}", second.Lines[0], StringComparison.Ordinal);
        Assert.StartsWith("Iteration 6: validation accuracy", second.Lines[^3], StringComparison.Ordinal);
        Assert.Equal($"Final model: {Checkpoint(6)}", second.Lines[^1]);

        CommandLine test = CommandLine.Run("test", "--model-directory", _folder.FullName);
        Assert.Equal(0, test.ExitCode);
        Assert.Matches(@"^Test accuracy: 0\.\d{4} \(2,000 images, loss \d", test.Lines[^1]);
    }

    [Fact]
    public void Threads_change_no_byte_of_a_checkpoint()
    {
        Train("--seed", "5", "--training-examples", "500", "--threads", "1");
        using TemporaryModel two = new();
        CommandLine.Run("train", "--model-directory", two.Path, "--layer-1", "2", "--layer-2", "4", "--seed", "5", "--training-examples", "500", "--threads", "2");
        foreach (FileInfo file in _folder.GetFiles())
        {
            Assert.True(Bytes(file.FullName).AsSpan().SequenceEqual(Bytes(Path.Combine(two.Path, file.Name))), file.Name);
        }

        // Times are in the history alone.
        static byte[] Bytes(string path)
        {
            if (!path.EndsWith(".meta", StringComparison.Ordinal))
            {
                return File.ReadAllBytes(path);
            }

            MetaGraphDef meta = MetaGraphFile.Read(path);
            Assert.True(meta.CollectionDef.Remove("model_session/history"));
            return meta.ToByteArray();
        }
    }

    [Fact]
    public void Killed_and_resumed_training_has_the_bytes_of_one_that_was_not()
    {
        using TemporaryModel whole = new();
        string[] options = ["--layer-1", "2", "--layer-2", "4", "--seed", "9", "--checkpoint-interval", "20"];
        CommandLine.Run(["train", "--model-directory", whole.Path, .. options, "--training-examples", "5000"]);
        using (Process process = CommandLine.Start(["train", "--model-directory", _folder.FullName, .. options, "--threads", "1", "--log-directory", Log, "--training-examples", "500000"]))
        {
            while (!File.Exists(Checkpoint(40) + ".index") && !process.HasExited)
            {
                Thread.Sleep(10);
            }

            process.Kill();
            process.WaitForExit();
        }

        long at = CheckpointFolder.Resolve(_folder.FullName).Iteration!.Value;
        Assert.SkipWhen(at > 80, "The machine was too slow to kill the training in time.");
        CommandLine rest = CommandLine.Run(["train", "--model-directory", _folder.FullName, "--threads", "2", "--log-directory", Log, "--training-examples", $"{5000 - at * 50}"]);
        Assert.Contains($"History: run 1: 0 → {at}, not ended", rest.Output, StringComparison.Ordinal);
        Assert.Equal(2, EventFile.Find(Path.Combine(Log, "train")).Count);
        foreach (string file in (string[])["model.ckpt-100.index", "model.ckpt-100.data-00000-of-00001"])
        {
            Assert.True(File.ReadAllBytes(Path.Combine(whole.Path, file)).AsSpan().SequenceEqual(File.ReadAllBytes(Path.Combine(_folder.FullName, file))), file);
        }
    }

    [Fact]
    public void Control_C_saves_and_exits_with_130()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Signals are sent by kill.");
        Assert.SkipWhen(InterruptsAreIgnored(), "These tests run where Ctrl+C is ignored (in the background of a script), and so would the command.");
        using Process process = CommandLine.Start("train", "--model-directory", _folder.FullName, "--layer-1", "2", "--layer-2", "4", "--training-examples", "5000000", "--report-interval", "5");
        string? line;
        while ((line = process.StandardOutput.ReadLine()) is not null && !line.StartsWith("Iteration 5:", StringComparison.Ordinal))
        {
        }

        using Process kill = Process.Start("kill", ["-INT", $"{process.Id}"]);
        string rest = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.Equal(130, process.ExitCode);
        CheckpointInfo saved = CheckpointFolder.Resolve(_folder.FullName);
        Assert.Contains($"Final model: {saved.Prefix}", rest, StringComparison.Ordinal);
        Assert.True(saved.Iteration >= 5);
    }

    // A process inherits it from the one that starts it. Bit 1 of the mask is SIGINT.
    private static bool InterruptsAreIgnored() => File.Exists("/proc/self/status")
        && File.ReadLines("/proc/self/status").First(line => line.StartsWith("SigIgn:", StringComparison.Ordinal)) is var mask
        && (Convert.ToUInt64(mask[7..].Trim(), 16) & 2) != 0;

    [Theory]
    [InlineData("--batch-size must be a whole number, 1 or more", "train", "--batch-size", "0")]
    [InlineData("--learning-rate must be a number, 0 or more", "train", "--learning-rate", "-0.1")]
    [InlineData("--learning-rate must be a number, 0 or more", "train", "--learning-rate", "1,5")]
    [InlineData("--batch-size must be a whole number, 1 or more", "train", "--batch-size", "abc")]
    [InlineData("--training-examples must be a whole number, 1 or more", "train", "--training-examples", "99999999999")]
    [InlineData("--keep-probability must be a number, above 0 and at most 1", "train", "--keep-probability", "1.5")]
    [InlineData("--training-examples must be a whole number, 1 or more", "train", "--training-examples", "-5")]
    [InlineData("--layer-1 must be a whole number, 1 or more", "train", "--layer-1", "0")]
    [InlineData("--threads must be a whole number, 0 or more", "test", "--threads", "-1")]
    [InlineData("abc", "train", "--batch-size", "abc")]
    [InlineData("there is no such folder", "train", "--mnist", "/no/such/folder")]
    [InlineData("the folder lacks", "train", "--mnist", "/")]
    public void Bad_input_is_said_and_nothing_is_made(string said, params string[] arguments)
    {
        string model = Path.Combine(_folder.FullName, "model");
        CommandLine result = CommandLine.Run([.. arguments, "--model-directory", model]);
        Assert.NotEqual(0, result.ExitCode);
        Assert.Contains(said, result.Errors, StringComparison.Ordinal);
        Assert.False(Directory.Exists(model));
    }

    [Fact]
    public void Testing_without_a_checkpoint_says_where_it_looked()
    {
        CommandLine nowhere = CommandLine.Run("test", "--model-directory", Path.Combine(_folder.FullName, "nowhere"));
        Assert.Equal(1, nowhere.ExitCode);
        Assert.Contains("nowhere", nowhere.Errors, StringComparison.Ordinal);
        CommandLine empty = CommandLine.Run("test", "--model-directory", _folder.FullName);
        Assert.Equal(1, empty.ExitCode);
        Assert.Contains("It is empty", empty.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_structure_is_refused_and_the_checkpoints_stay()
    {
        Train("--training-examples", "50");
        string[] before = [.. _folder.GetFiles().Select(file => $"{file.Name} {file.Length}").Order()];
        CommandLine other = CommandLine.Run("train", "--model-directory", _folder.FullName, "--layer-1", "16");
        Assert.Equal(1, other.ExitCode);
        Assert.Contains("Layer1 is 2 there, 16 is asked for", other.Errors, StringComparison.Ordinal);
        Assert.Equal(before, _folder.GetFiles().Select(file => $"{file.Name} {file.Length}").Order());
    }

    [Fact]
    public void A_folder_that_cannot_be_written_is_said_before_training()
    {
        Assert.SkipUnless(Directory.Exists("/proc/self"), "There is no folder here that even an administrator cannot write.");
        CommandLine result = CommandLine.Run("train", "--model-directory", "/proc/checkpoint");
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("/proc/checkpoint", result.Errors, StringComparison.Ordinal);
        Assert.Empty(result.Output);
    }

    [Theory]
    [InlineData("train", "--checkpoint-interval")]
    [InlineData("test", "--model-directory")]
    public void Help_names_the_options(string command, string option)
    {
        CommandLine help = CommandLine.Run(command, "--help");
        Assert.Equal(0, help.ExitCode);
        Assert.Contains(option, help.Output, StringComparison.Ordinal);
    }

    private CommandLine Train(params string[] arguments) =>
        CommandLine.Run(["train", "--model-directory", _folder.FullName, "--layer-1", "2", "--layer-2", "4", .. arguments]);

    private string Log => Path.Combine(_folder.FullName, "log");

    private string Checkpoint(long iteration) => Path.Combine(_folder.FullName, $"model.ckpt-{iteration}");

    private sealed class TemporaryModel : IDisposable
    {
        public string Path { get; } = Directory.CreateTempSubdirectory("model-session-").FullName;

        public void Dispose() => Directory.Delete(Path, recursive: true);
    }
}
