using System.Diagnostics;
using System.Text.Json;
using Google.Protobuf;
using ModelSessions.Protos;

namespace ModelSessions.Benchmarks;

/// <summary>What shared/bench/peer_files.py does, here: checkpoints of few large and of many tiny variables, listing them, importing a
/// graph of many nodes, running a long chain.</summary>
internal static class FilesBenchmark
{
    private const int LargeCount = 16, TinyCount = 20_000, TinyElements = 4;

    private static readonly JsonSerializerOptions s_json = new() { WriteIndented = true };

    /// <summary>Times everything and prints one JSON object.</summary>
    public static int Run(int mib, int nodes, int chain)
    {
        Dictionary<string, object> result = new() { ["mib"] = mib };
        string folder = Path.Combine(Path.GetTempPath(), $"modelsession-bench-{Environment.ProcessId}");
        try
        {
            Checkpoints(result, "large", LargeCount, mib * (1024 * 1024 / sizeof(float) / LargeCount), folder);
            Checkpoints(result, $"tiny{TinyCount}", TinyCount, TinyElements, folder);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        Import(result, nodes);
        Chain(result, chain);
        using Process self = Process.GetCurrentProcess();
        result["peak_rss_mib"] = self.PeakWorkingSet64 >> 20;
        Console.WriteLine(JsonSerializer.Serialize(result, s_json));
        return 0;
    }

    private static void Checkpoints(Dictionary<string, object> result, string label, int count, int elements, string folder)
    {
        foreach (bool flush in new[] { false, true })
        {
            using ModelSession session = ModelSession.Create(
                new Variables(count, elements), new SessionOptions { Engines = [new CpuEngine()], Checkpoints = new CheckpointOptions(FlushToDisk: flush) });
            CheckpointInfo? saved = null;
            // As the peer: without graph and state file, over the checkpoint before. TensorFlow leaves it to the system when the data reach the disk.
            SaveOptions save = new() { Folder = folder, Name = label, WriteGraph = false, WriteState = false };
            result[flush ? $"{label}_save_flushed_ms" : $"{label}_save_ms"] = Timing.Median(_ => saved = session.Saver.Save(save), 3, 1);
            if (!flush)
            {
                result[$"{label}_restore_ms"] = Timing.Median(_ => session.Load(saved!), 3, 1);
                result[$"{label}_list_ms"] = Timing.Median(_ => List(saved!), 3, 1);
            }
        }
    }

    private static Dictionary<string, Shape> List(CheckpointInfo checkpoint)
    {
        using CheckpointReader reader = CheckpointReader.Open(checkpoint.Prefix);
        return reader.Tensors.ToDictionary(tensor => tensor.Name, tensor => tensor.Shape);
    }

    private static void Import(Dictionary<string, object> result, int nodes)
    {
        GraphBuilder g = new();
        GraphTensor value = g.Placeholder(DType.Float32, [], "start");
        for (int i = 0; i < nodes - 1; i++)
        {
            using GraphScope scope = g.NameScope($"layer_{i / 500}/");
            value = g.Add("AddV2", $"add_{i}", null, value, value);
        }

        byte[] bytes = g.Graph.ToGraphDef().ToByteArray();
        result["nodes"] = nodes;
        result["import_ms"] = Timing.Median(_ => GraphImporter.Import(GraphDef.Parser.ParseFrom(bytes)), 3, 1);
    }

    private static void Chain(Dictionary<string, object> result, int length)
    {
        GraphBuilder g = new();
        GraphTensor start = g.Placeholder(DType.Float32, [], "start"), value = start;
        for (int i = 0; i < length; i++)
        {
            value += 1f;
        }

        using IEngineSession session = new CpuEngine().Open(g.Graph, new EngineOptions());
        RunSignature signature = new([start.Name], [value.Name], []);
        Tensor zero = Tensor.Scalar(0f);
        Tensor[] fetched = new Tensor[1];
        result["chain"] = length;
        result["chain_first_ms"] = Timing.Once(() => session.Prepare(signature).Run([zero], fetched, CancellationToken.None));
        result["chain_run_ms"] = Timing.Median(_ => session.Prepare(signature).Run([zero], fetched, CancellationToken.None), 20, 1);
    }

    /// <summary>A model of nothing but variables.</summary>
    private sealed class Variables(int count, int elements) : ModelDefinition
    {
        public override Binding Build(GraphBuilder g)
        {
            for (int i = 0; i < count; i++)
            {
                g.Variable(g.Fill(g.Constant(Tensor.From<int>([elements], [1])), (float)i), $"block_{i / 100}/variable_{i}");
            }

            return new Binding();
        }
    }
}
