using System.Diagnostics;
using System.IO.Compression;
using System.Text.Json;
using ModelSessions.Models;

namespace ModelSessions.Benchmarks;

/// <summary>What shared/bench/peer_mnist_cnn.py does, here: the same net, feeds and sizes, timed in the same places.</summary>
internal sealed class MnistBenchmark : IDisposable
{
    private const int Pixels = 784;
    private const int Classes = 10;
    private const int WarmUp = 5;

    private readonly MnistOptions _options;
    private readonly float[] _images;
    private readonly float[] _labels;
    private readonly ModelSession _session;
    private readonly IRunPlan _train;
    private readonly IRunPlan _infer;
    private readonly IRunPlan _accuracy;
    private readonly Tensor _rate = Tensor.Scalar(1e-4f), _half = Tensor.Scalar(0.5f), _one = Tensor.Scalar(1f);

    private MnistBenchmark(MnistOptions options, float[] images, float[] labels)
    {
        _options = options;
        _images = images;
        _labels = labels;
        _session = ModelSession.Create(new MnistModel(), new SessionOptions { Engines = [new CpuEngine()], ThreadCount = options.Threads, Seed = 1 });
        const string x = "parameters/x:0", y = "parameters/y:0", keep = "parameters/keep_probability:0", rate = "parameters/learning_rate:0";
        _train = _session.Engine.Prepare(new RunSignature([x, y, keep, rate], [], ["train/train_step"]));
        _infer = _session.Engine.Prepare(new RunSignature([x, keep], ["model/logits:0"], []));
        _accuracy = _session.Engine.Prepare(new RunSignature([x, y, keep], ["train/accuracy:0"], []));
    }

    public void Dispose() => _session.Dispose();

    /// <summary>Times everything and prints one JSON object.</summary>
    public static int Run(MnistOptions options)
    {
        double started = SinceStart();
        byte[] pixels = Idx(options, "train-images-idx3-ubyte.gz", 16);
        float[] images = new float[pixels.Length];
        for (int i = 0; i < pixels.Length; i++)
        {
            images[i] = pixels[i] / 255f;
        }

        float[] labels = new float[images.Length / Pixels * Classes];
        byte[] classes = Idx(options, "train-labels-idx1-ubyte.gz", 8);
        for (int i = 0; i < classes.Length; i++)
        {
            labels[i * Classes + classes[i]] = 1;
        }

        double loaded = SinceStart();
        using MnistBenchmark benchmark = new(options, images, labels);
        double built = SinceStart();
        benchmark.Train(0);
        double first = SinceStart();
        Dictionary<string, object> result = new()
        {
            ["threads"] = options.Threads,
            ["batch"] = options.Batch,
            ["load_mnist_ms"] = Math.Round(loaded - started),
            ["build_ms"] = Math.Round(built - loaded),
            ["first_step_ms"] = Math.Round(first - built),
            ["start_to_first_step_ms"] = Math.Round(first),
        };
        benchmark.Measure(result);
        Console.WriteLine(JsonSerializer.Serialize(result, s_json));
        return 0;
    }

    private static readonly JsonSerializerOptions s_json = new() { WriteIndented = true };

    private void Measure(Dictionary<string, object> result)
    {
        result["train_step_ms"] = Timing.Median(Train, _options.Steps, WarmUp);
        result["infer_batch1_ms"] = Timing.Median(i => Infer(i, 1), _options.Steps, WarmUp);
        result["infer_batch_ms"] = Timing.Median(i => Infer(First(i), _options.Batch), _options.Steps, WarmUp);
        result["infer_batch1000_ms"] = Timing.Median(_ => Infer(0, 1000), 10, 2);
        string folder = Path.Combine(Path.GetTempPath(), $"modelsession-bench-{Environment.ProcessId}");
        try
        {
            CheckpointInfo? saved = null;
            result["save_ms"] = Timing.Median(_ => saved = _session.Save(folder), 10, 2);
            result["restore_ms"] = Timing.Median(_ => _session.Load(saved!), 10, 2);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        result["test_accuracy_part"] = Math.Round(Accuracy(50_000, 2_000), 4);
        using Process self = Process.GetCurrentProcess();
        result["peak_rss_mib"] = self.PeakWorkingSet64 >> 20;
    }

    private void Train(int step)
    {
        int first = First(step);
        _train.Run([Images(first, _options.Batch), Labels(first, _options.Batch), _half, _rate], [], CancellationToken.None);
    }

    private void Infer(int first, int count) => _infer.Run([Images(first, count), _one], new Tensor[1], CancellationToken.None);

    private double Accuracy(int first, int count)
    {
        Tensor[] fetched = new Tensor[1];
        _accuracy.Run([Images(first, count), Labels(first, count), _one], fetched, CancellationToken.None);
        return fetched[0].ToScalar<float>();
    }

    private int First(int step) => step * _options.Batch % (_images.Length / Pixels - _options.Batch);

    private Tensor Images(int first, int count) => Tensor.From<float>(_images.AsSpan(first * Pixels, count * Pixels), [count, Pixels]);

    private Tensor Labels(int first, int count) => Tensor.From<float>(_labels.AsSpan(first * Classes, count * Classes), [count, Classes]);

    private static double SinceStart()
    {
        using Process self = Process.GetCurrentProcess();
        return (DateTime.Now - self.StartTime).TotalMilliseconds;
    }

    private static byte[] Idx(MnistOptions options, string name, int header)
    {
        using GZipStream file = new(File.OpenRead(Path.Combine(options.Folder(), name)), CompressionMode.Decompress);
        using MemoryStream bytes = new();
        file.CopyTo(bytes);
        return bytes.GetBuffer()[header..(int)bytes.Length];
    }
}

/// <summary>The peer's options.</summary>
internal sealed record MnistOptions(int Threads, int Steps, int Batch, string? Mnist)
{
    /// <summary>The folder of the MNIST files: the one given, or <c>shared/data/mnist</c> beside the checkout.</summary>
    /// <exception cref="DirectoryNotFoundException">Neither is there.</exception>
    public string Folder()
    {
        if (Mnist is not null)
        {
            return Mnist;
        }

        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string path = Path.Combine(folder.FullName, "shared", "data", "mnist");
            if (Directory.Exists(path))
            {
                return path;
            }
        }

        throw new DirectoryNotFoundException("'shared/data/mnist' is not beside this checkout; name the folder of the MNIST files by --mnist.");
    }
}
