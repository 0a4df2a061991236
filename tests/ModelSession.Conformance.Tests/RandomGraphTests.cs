using System.Globalization;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Google.Protobuf;
using ModelSessions.Conformance.Fuzz;
using ModelSessions.Conformance.Ops;

namespace ModelSessions.Tests;

/// <summary>Graphs put together by chance give TensorFlow's results, and the same bits whatever the number of threads.</summary>
[Collection("the working directory")]
public sealed class RandomGraphTests
{
    private static readonly Gen<int[]> s_numbers = Gen.Choose(0, int.MaxValue).ArrayOf().Where(numbers => RandomGraph.From(numbers).Results.Count > 0);

    // MODELSESSION_FUZZ=count[,seed] runs more, and others.
    private static readonly string[] s_setting = (Environment.GetEnvironmentVariable("MODELSESSION_FUZZ") ?? "150").Split(',');

    private static readonly int s_count = int.Parse(s_setting[0], CultureInfo.InvariantCulture);

    private static readonly ulong s_seed = s_setting.Length > 1 ? ulong.Parse(s_setting[1], CultureInfo.InvariantCulture) : 20161109;

    [Fact]
    public void Random_graphs_and_their_gradients_give_tensorflows_values()
    {
        string folder = Directory.CreateTempSubdirectory("fuzz").FullName;
        try
        {
            WriteRequests(folder);
            JsonElement made = TensorFlowPython.Run("TensorFlow/random_graphs.py", folder);
            Assert.Equal(s_count, made.GetProperty("cases").GetInt32());
            using OpSuite suite = new(folder, new CpuEngine());
            ConformanceAssert.AllPassed([.. suite.Run(_ => true)]);

            // Else the graphs say little.
            Assert.True(made.GetProperty("gradients").GetInt32() > s_count / 3, made.ToString());
            Assert.True(made.GetProperty("fetches").GetInt32() > 2 * s_count, made.ToString());
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void Random_graphs_give_the_same_bits_with_one_thread_and_with_two() =>
        Prop.ForAll(s_numbers.ToArbitrary(), numbers =>
        {
            RandomGraph random = RandomGraph.From(numbers);
            string[] fetches = [.. random.Results.Select(result => result.Name)];
            Assert.Equal(Run(random, fetches, threads: 1), Run(random, fetches, threads: 2));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(s_count).WithEndSize(120).WithReplay(s_seed, 3));

    private static void WriteRequests(string folder)
    {
        List<object> requests = [];
        foreach ((int i, int[] numbers) in s_numbers.Sample(s_count, new Rnd(s_seed, 3), 120).Index())
        {
            RandomGraph graph = RandomGraph.From(numbers);
            string id = i.ToString("0000", CultureInfo.InvariantCulture);
            File.WriteAllBytes(Path.Combine(folder, id + ".pb"), graph.Definition.ToByteArray());
            requests.Add(new { id, graph = id + ".pb", fetches = graph.Results.Select(result => result.Name) });
        }

        File.WriteAllText(Path.Combine(folder, "request.json"), JsonSerializer.Serialize(requests));
    }

    // Errors are results too.
    private static List<string> Run(RandomGraph random, string[] fetches, int threads)
    {
        using IEngineSession session = new CpuEngine().Open(GraphImporter.Import(random.Definition), new EngineOptions(threads));
        GraphTensor[] placeholders = [.. random.Placeholders];
        Tensor[] values = new Tensor[fetches.Length];
        try
        {
            session.Prepare(new RunSignature([.. placeholders.Select(placeholder => placeholder.Name)], fetches, []))
                .Run([.. placeholders.Select(Value)], values, TestContext.Current.CancellationToken);
        }
        catch (EngineException e)
        {
            return [e.Message];
        }

        return [.. values.Select(value => Convert.ToHexString(value.Bytes()))];
    }

    private static Tensor Value(GraphTensor placeholder)
    {
        Random random = new(placeholder.Operation.Id);
        Tensor value = Tensor.Zeros(placeholder.DType, placeholder.Shape);
        for (int i = 0; i < value.ElementCount; i++)
        {
            switch (placeholder.DType)
            {
                case DType.Float32:
                    value.Span<float>()[i] = random.NextSingle() * 4 - 2;
                    break;
                case DType.Float64:
                    value.Span<double>()[i] = random.NextDouble() * 4 - 2;
                    break;
                case DType.Int32:
                    value.Span<int>()[i] = random.Next(-4, 5);
                    break;
                case DType.Int64:
                    value.Span<long>()[i] = random.Next(-4, 5);
                    break;
                default:
                    value.Span<bool>()[i] = random.Next(2) == 1;
                    break;
            }
        }

        return value;
    }
}
